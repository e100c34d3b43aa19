//! What `check` finds, and what it says beside it.

use super::messages;

messages! {
    of_member(place, message) { "in `{place}`: {message}" / "`{place}` で、{message}" }
    confirmations_are_asked(runbook, calls, places) {
        "{runbook}: a confirmation is asked before calls: {calls} ({places})"
        / "{runbook}: 確認を求める呼び出し: {calls} 件 ({places})"
    }
    approvals_are_asked(runbook, calls, places) {
        "{runbook}: an approval is asked before calls: {calls} ({places})"
        / "{runbook}: 承認を求める呼び出し: {calls} 件 ({places})"
    }
    it_is_a_form(form) { "it is `{form}`" / "正しい形: `{form}`" }
    is_given_too_many_arguments(name) { "`{name}` is given too many arguments" / "`{name}` の引数が多すぎます" }
    is_given_twice(option, function) {
        "`{option}` is given to `{function}` twice"
        / "`{option}` が `{function}` に二度渡されています"
    }
    the_argument_before_the_options_is_this_one() {
        "the argument before the options is this one as well"
        / "オプションの前の引数もこれと同じものです"
    }
    has_no_option(name, option) {
        "`{name}` has no option `{option}`"
        / "`{name}` にオプション `{option}` はありません"
    }
    did_you_mean(meant) { "did you mean `{meant}`?" / "もしかして `{meant}`？" }
    a_closure() { "a closure" / "クロージャ" }
    a_map_of_closures() { "a map of closures" / "クロージャのマップ" }
    it_has_no_options() { "it has no options" / "オプションはありません" }
    it_has_options(options) { "it has `{options}`" / "あるのは `{options}`" }
    cannot_be(argument, function, given) {
        "`{argument}` of `{function}` can't be {given}"
        / "`{function}` の `{argument}` に{given}は渡せません"
    }
    cannot_be_the_word(argument, function, word) {
        "`{argument}` of `{function}` can't be \"{word}\""
        / "`{function}` の `{argument}` に \"{word}\" は渡せません"
    }
    did_you_mean_the_word(meant) { "did you mean \"{meant}\"?" / "もしかして \"{meant}\"？" }
    it_is(what) { "it is {what}" / "渡せるのは {what}" }
    cannot_hold(argument, function, given) {
        "`{argument}` of `{function}` can't hold {given}"
        / "`{function}` の `{argument}` に{given}は入れられません"
    }
    when_the_run_is_resumed_the_time() {
        "when the run is resumed the time is another, and so is the call: what was done can't be told from it"
        / "再開時には時刻が変わり、呼び出しも別のものになるため、実行済みかどうかを判別できません"
    }
    stays_the_same_for_the_whole_run() {
        "`run::started_at()` stays the same for the whole run"
        / "`run::started_at()` なら実行を通じて同じ値です"
    }
    read_here() { "read here" / "ここで読み取り" }
    holds_the_time() { "holds the time" / "時刻が入っています" }
    is_not_called_with(name, arguments) {
        "`{name}` is not called with {arguments}"
        / "`{name}` は{arguments}では呼べません"
    }
    it_takes(what) { "it takes {what}" / "受け取るのは {what}" }
    there_is_no_function(name) { "there is no function `{name}`" / "関数 `{name}` はありません" }
    there_is_no_function_to_call_on(name) {
        "there is no function `{name}` to call on a value"
        / "値に対して呼べる関数 `{name}` はありません"
    }
    there_is_no_function_in_full(name) { "there is no function `{name}`" / "関数 `{name}` はありません" }
    is_no_namespace_and_nothing_is_imported(root) {
        "`{root}` is no namespace, and nothing is imported under that name"
        / "`{root}` という名前空間はなく、その名前で import されたものもありません"
    }
    is_private_to(function, module) {
        "`{function}` is private to `{module}`"
        / "`{function}` は `{module}` の非公開の関数です"
    }
    defines_none_of_that_name(name) { "`{name}` defines none of that name" / "`{name}` にその名前の定義はありません" }
    is_not_called_with_given(name, given) {
        "`{name}` is not called with {given}"
        / "`{name}` は{given}では呼べません"
    }
    no_arguments() { "no arguments" / "引数なし" }
    one_argument() { "one argument" / "引数 1 個" }
    an_import_that_cannot_be_followed_without() {
        "an import that can't be followed without running the script"
        / "スクリプトを実行しないと決まらない import です"
    }
    write_the_module_s_name_as_a_text() {
        "write the module's name as a text in double quotes"
        / "モジュール名を二重引用符の文字列で書く"
    }
    there_is_no_module(path) { "there is no module `{path}`" / "モジュール `{path}` はありません" }
    modules_are_looked_up_in_the_project() {
        "modules are looked up in the project, in the configured libraries, and among those built in"
        / "モジュールはプロジェクト、設定されたライブラリ、組み込みの中から探します"
    }
    imported_here() { "imported here" / "ここで import" }
    imports_itself(name) { "`{name}` imports itself" / "`{name}` が自身を import しています" }
    leads_back_here(way) { "leads back here by way of {way}" / "{way} を経由してここに戻ります" }
    is_in_use_by_its_own_chain(name) {
        "this closure uses `{name}` while its own chain of methods, which begins with `{name}`, is under way"
        / "`{name}` から始まるメソッドチェーンの途中で、クロージャが `{name}` を使っています"
    }
    begin_the_chain_elsewhere(name) {
        "neither can go on: take what the closure needs out of `{name}` before, in a `let` of its own, or use a `for` loop"
        / "どちらも先へ進めません。クロージャで必要な値を事前に `{name}` から別の `let` に取り出すか、`for` ループを使ってください"
    }
    this_closure_sees_only_the_last_value(name) {
        "this closure sees only the last value of `{name}`"
        / "このクロージャには `{name}` の最後の値しか見えません"
    }
    a_loop_has_one_variable_for_all_its() {
        "a loop has one variable for all its rounds, and a closure captures the variable, not its value"
        / "ループの変数は全周で一つで、クロージャは値でなく変数を捕捉します"
    }
    in_the_loop_gives_each_closure_its_own(name) {
        "`let own = {name};` in the loop gives each closure its own; `parallel_map(list, |item| …)` needs none"
        / "ループ内の `let own = {name};` で周ごとの値になります。`parallel_map(list, |item| …)` なら不要です"
    }
    this_runbook_has_no_parameter(name) {
        "this runbook has no parameter `{name}`"
        / "このランブックにパラメーター `{name}` はありません"
    }
    it_has_no_parameters() { "it has no parameters" / "パラメーターはありません" }
    it_has(known) { "it has {known}" / "あるのは {known}" }
    one_more_call_needs_the_same() { "one more call needs the same" / "ほかに 1 件の呼び出しも同じ権限が必要です" }
    more_calls_need_the_same(more) {
        "{more} more calls need the same"
        / "ほかに {more} 件の呼び出しも同じ権限が必要です"
    }
    a_permission_that_no_call_uses() { "a permission that no call uses" / "どの呼び出しにも使われない権限です" }
    take_it_out_or_narrow_it_to_what() {
        "take it out, or narrow it to what is called"
        / "外すか、実際の呼び出しに合わせて狭める"
    }
    nested_is_permitted_by_name_and_version() {
        "a nested runbook is permitted by name and version, such as `runbook:acm-wait@^1`"
        / "入れ子のランブックは名前と版で許可します（例: `runbook:acm-wait@^1`）"
    }
    is_not_a_permission(text) { "`{text}` is not a permission" / "`{text}` は権限ではありません" }
    needs_a_permission_that_this_runbook_does(name) {
        "`{name}` needs a permission that this runbook does not ask for"
        / "`{name}` には、このランブックが求めていない権限が必要です"
    }
    add_it_to_permissions(line) { "add \"{line}\" to `permissions`" / "`permissions` に \"{line}\" を追加" }
    the_call_is_at(inner) { "the call is at {inner}" / "呼び出しの位置: {inner}" }
    is_a_namespace_of_runbook_itself(alias) {
        "`{alias}` is a namespace of `runbook` itself"
        / "`{alias}` は `runbook` 自身の名前空間です"
    }
    import_it_under_another_name_than(alias) {
        "import it under another name than `{alias}`"
        / "`{alias}` 以外の名前で import する"
    }
    is_a_function_of_runbook_itself(name) {
        "`{name}` is a function of `runbook` itself"
        / "`{name}` は `runbook` 自身の関数です"
    }
    give_it_another_name() { "give it another name" / "別の名前にする" }
    two_steps_are_named_in_one_scope(name) {
        "two steps are named \"{name}\" in one scope"
        / "同じスコープに \"{name}\" という名前のステップが二つあります"
    }
    the_first_is_at(first) { "the first is at {first}" / "最初のものは {first} にあります" }
    a_finished_step_is_known_by_its_name() {
        "a finished step is known by its name: the second would be taken for the first"
        / "完了したステップは名前で識別されるため、二つ目が最初のものと見なされます"
    }
    give_it_a_name_of_its_own() { "give it a name of its own" / "別の名前を付ける" }
    a_step_in_a_loop_is_named_each(name) {
        "a step in a loop is named \"{name}\" each time"
        / "ループの中のステップの名前が毎回 \"{name}\" です"
    }
    a_finished_step_is_known_by_its_name_2() {
        "a finished step is known by its name: the second round would be taken for the first"
        / "完了したステップは名前で識別されるため、二周目が一周目と見なされます"
    }
    does_not_parse(name) { "`{name}` does not parse" / "`{name}` を解析できません" }
    is_a_word_of_the_language(word) {
        "`{word}` is a word of the language: as the key of a map it stands in quotes, `\"{word}\": …`"
        / "`{word}` は予約語です。マップのキーにするには引用符で囲みます: `\"{word}\": …`"
    }
    there_is_no_variable(name) { "there is no variable `{name}`" / "変数 `{name}` はありません" }
    functions_see_only_their_parameters_hand(name, function) {
        "functions see only their parameters: hand `{name}` to `{function}`"
        / "関数から見えるのはその引数だけです: `{name}` を `{function}` に渡します"
    }
    modules_see_only_what_they_define_hand(name) {
        "modules see only what they define: hand `{name}` to the module's function"
        / "モジュールから見えるのは自身の定義だけです: `{name}` をモジュールの関数に渡します"
    }
    there_is_no_variable_2(namespace, name) {
        "there is no variable `{namespace}::{name}`"
        / "変数 `{namespace}::{name}` はありません"
    }
    has_no_export_of_that_name(name) {
        "`{name}` has no `export` of that name"
        / "`{name}` にその名前の `export` はありません"
    }
    holds_functions_to_call_one_write(namespace, name) {
        "`{namespace}` holds functions; to call one, write `{namespace}::{name}(…)`"
        / "`{namespace}` にあるのは関数です。呼ぶには `{namespace}::{name}(…)` と書きます"
    }
    did_you_mean_in(namespace, meant) {
        "did you mean `{namespace}::{meant}`?"
        / "もしかして `{namespace}::{meant}`？"
    }
    time_in_an_ensure(function) {
        "the time is in the arguments of `{function}`, an ensure"
        / "時刻が `{function}`（ensure）の引数に入っています"
    }
    time_in_a_write(function, effect) {
        "the time is in the arguments of `{function}`, a {effect}"
        / "時刻が `{function}`（{effect}）の引数に入っています"
    }
    needs(function, parameter) { "`{function}` needs `{parameter}`" / "`{function}` には `{parameter}` が必要です" }
    expected(what) { "expected {what}" / "渡せるのは {what}" }
    so_many_arguments(count) { "{count} arguments" / "引数 {count} 個" }
    or(left, right) { "{left} or {right}" / "{left} または {right}" }
    captures(name) { "captures `{name}`" / "`{name}` を捕捉しています" }
    put_the_item_into_the_name(name) {
        "put the item into the name: `{name} ${{…}}`"
        / "対象を名前に含める: `{name} ${{…}}`"
    }
}
