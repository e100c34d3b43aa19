//! What is said of a project's files: environments, settings, the lock, libraries, imports.

use super::messages;

messages! {
    guards_differ(runbook, environment) {
        "the runbook guards `{runbook}` and the environment `{environment}`" / "ランブックのガードは `{runbook}`、環境のガードは `{environment}` で食い違っています"
    }
    file_cannot_be_read(file, error) { "`{file}` can't be read: {error}" / "`{file}` を読めません: {error}" }
    the_environment_file() { "the environment file" / "環境ファイル" }
    there_is_no_environment(name) { "there is no environment `{name}`" / "環境 `{name}` はありません" }
    the_project_has_no_environment(folder) {
        "the project has no file `{folder}/NAME.toml`"
        / "プロジェクトに `{folder}/NAME.toml` がありません"
    }
    there_are(known) { "there are {known}" / "あるのは {known}" }
    did_you_mean_environment(name) { "did you mean `--env {name}`?" / "もしかして `--env {name}`？" }
    write_an_environment(folder, name) {
        "write `{folder}/{name}.toml` with `[params]`, or leave `--env` out"
        / "`[params]` を書いた `{folder}/{name}.toml` を作るか、`--env` を外す"
    }
    an_environment_s_name_is_letters_digits() {
        "an environment's name is letters, digits, `-` and `_`"
        / "環境の名前は英数字・`-`・`_`"
    }
    is_no_aws_account(text) { "`{text}` is no AWS account" / "`{text}` は AWS アカウントではありません" }
    an_account_is_twelve_digits_as_a_string() {
        "an account is twelve digits, as a string"
        / "アカウントは 12 桁の数字を文字列で書きます"
    }
    is_no_aws_region(text) { "`{text}` is no AWS region" / "`{text}` は AWS リージョンではありません" }
    such_as() { "such as `ap-northeast-1`" / "例: `ap-northeast-1`" }
    is_a_runbook_not_a_module(file) {
        "`{file}` is a runbook, not a module"
        / "`{file}` はランブックで、モジュールではありません"
    }
    importing_it_would_run() { "importing it would run it" / "import すると実行されてしまいます" }
    runs_it_as_a_part_of_this_run() {
        "`runbook::run` runs it as a part of this run"
        / "`runbook::run` ならこの実行の一部として実行できます"
    }
    modules_import_each_other_in_a_circle() {
        "modules import each other in a circle"
        / "モジュールが互いに import して循環しています"
    }
    back_to_where_it_began() { "back to where it began" / "ここで最初に戻ります" }
    imported_here() { "imported here" / "ここで import" }
    names_of_modules_have_small_letters_digits() {
        "names of modules have small letters, digits, `_`, `-` and `/`, and no `.rhai`"
        / "モジュール名に使えるのは英小文字・数字・`_`・`-`・`/` で、`.rhai` は付けません"
    }
    cannot_be_the_name_of_a_module(name) {
        "`{name}` can't be the name of a module"
        / "`{name}` はモジュールの名前にできません"
    }
    did_you_mean(name) { "did you mean `{name}`?" / "もしかして `{name}`？" }
    it_would_be(name) { "it would be `{name}`" / "`{name}` になります" }
    there_is_no_module(name) { "there is no module `{name}`" / "モジュール `{name}` はありません" }
    the_path_of_an_import_must_be() { "the path of an import must be a literal" / "import のパスはリテラルで書きます" }
    write_the_module_s_name() { "write the module's name in `\"…\"`" / "モジュール名を `\"…\"` で書く" }
    everything_that_a_run_is_made() {
        "everything that a run is made of is read before it starts"
        / "実行に使うものはすべて開始前に読み込まれます"
    }
    the_runbook_under_the_name(name, its_name) {
        "the runbook under the name `{name}` says that it is `{its_name}`"
        / "`{name}` にあるランブックは自分の名前を `{its_name}` としています"
    }
    rename_the_file_or_change_name_in_its() {
        "rename the file, or change `name` in its header"
        / "ファイル名を変えるか、ヘッダーの `name` を変える"
    }
    there_is_no_file(asked) { "there is no file `{asked}`" / "ファイル `{asked}` はありません" }
    names_no_versions(versions, error) {
        "`{versions}` names no versions: {error}"
        / "`{versions}` は版の指定ではありません: {error}"
    }
    such_as_or(name) { "such as `{name}@^1.2` or `{name}@1.2.3`" / "例: `{name}@^1.2` や `{name}@1.2.3`" }
    a_version_that_cannot_be_read() { "a version that can't be read" / "読めない版" }
    no_version_of_fits(name, versions) {
        "no version of `{name}` fits `{versions}`"
        / "`{versions}` に合う `{name}` の版はありません"
    }
    there_is(versions) { "there is {versions}" / "あるのは {versions}" }
    there_is_no_runbook(name) { "there is no runbook `{name}`" / "ランブック `{name}` はありません" }
    looked_in(looked) { "looked in {looked}" / "探した場所: {looked}" }
    a_path_ends(name) { "a path ends in `.rhai`: `{name}.rhai`" / "パスは `.rhai` で終わります: `{name}.rhai`" }
    did_you_mean_it(meant) { "did you mean `{meant}`?" / "もしかして `{meant}`？" }
    runbook_list_shows_them_all() { "`runbook list` shows them all" / "`runbook list` ですべて見られます" }
    lock_is_newer(file, newer, format) {
        "`{file}` has format {newer}, and this program reads format {format}"
        / "`{file}` の形式は {newer} で、このプログラムが読める形式は {format} です"
    }
    use_the_newer_program() { "use the newer program" / "新しい方のプログラムを使う" }
    lock_has_no_format(file) { "`{file}` has no `format`" / "`{file}` に `format` がありません" }
    runbook_is_no_list_of_tables() { "`runbook` is no list of tables" / "`runbook` がテーブルの配列ではありません" }
    written_as() { "written as `[[runbook]]`" / "`[[runbook]]` の形で書きます" }
    stands_in_the_lock_twice(name) { "`{name}` stands in the lock twice" / "`{name}` がロックに二つあります" }
    a_runbook_s_line_needs_name_version() {
        "a runbook's line needs `name`, `version` and `sha256`"
        / "ランブックの行には `name`、`version`、`sha256` が必要です"
    }
    has_changed_but_its_version_is_still(name, version) {
        "`{name}` has changed, but its version is still {version}"
        / "`{name}` は内容が変わったのに、版は {version} のままです"
    }
    raise_version() { "raise `version`" / "`version` を上げる" }
    lock_has_another_hash(file, locked, content) {
        "`{file}` has {locked}, the content is {content}"
        / "`{file}` の値は {locked}、内容は {content} です"
    }
    the_lock_cannot_be_written_as_toml(error) {
        "the lock can't be written as TOML: {error}"
        / "ロックを TOML にできません: {error}"
    }
    file_cannot_be_written(file, error) { "`{file}` can't be written: {error}" / "`{file}` に書き込めません: {error}" }
    possible_are(words) { "possible are {words}" / "使えるのは {words}" }
    cannot_hold(key, word) { "`{key}` can't hold `{word}`" / "`{key}` に `{word}` は書けません" }
    the_settings_file() { "the settings file" / "設定ファイル" }
    the_library_is_no_folder(library) {
        "the library `{library}` is no folder"
        / "ライブラリ `{library}` はフォルダーではありません"
    }
    there_are_no_messages(lang) { "there are no messages in `{lang}`" / "`{lang}` のメッセージはありません" }
    en_or_ja() { "`en` or `ja`" / "`en` か `ja`" }
    the_home_folder_is_not_known(error) {
        "the home folder is not known: {error}"
        / "ホームフォルダーが分かりません: {error}"
    }
    set_home_or(instead) { "set `HOME` or `{instead}`" / "`HOME` か `{instead}` を設定する" }
    cannot_be_read(shown, why) { "`{shown}` can't be read: {why}" / "`{shown}` を読めません: {why}" }
    source_is_too_long(bytes, most) {
        "it has {bytes} bytes, where {most} are the most"
        / "{bytes} バイトあり、上限は {most} です"
    }
    imports(one, other) { "{one} imports {other}" / "{one} → {other}" }
    a_runbooks_line() { "a runbook's line" / "ランブックの行" }
}
