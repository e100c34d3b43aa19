//! What the smaller host functions say when they fail: env, fs, human, id, json, text, time, toml, yaml.

use super::messages;

messages! {
    no_name_of_a_variable(name) {
        "`{name}` is no name of an environment variable"
        / "`{name}` は環境変数の名前ではありません"
    }
    the_environment_variable_is_not_set(name) {
        "the environment variable `{name}` is not set"
        / "環境変数 `{name}` が設定されていません"
    }
    set_it_or_write(name) {
        "set it, or write `env::get(\"{name}\", #{{ defaults_to: \"…\" }})`"
        / "設定するか、`env::get(\"{name}\", #{{ defaults_to: \"…\" }})` と書きます"
    }
    the_environment_variable_holds_bytes(name) {
        "the environment variable `{name}` holds bytes that are no UTF-8 text"
        / "環境変数 `{name}` に UTF-8 でないバイトがあります"
    }
    folder_holds_too_many(path, most) {
        "`{path}` holds more than the {most} entries that are listed"
        / "`{path}` のエントリが、一覧できる {most} 件を超えています"
    }
    the_file_s_state_is_not_known(error) {
        "the file's state is not known: {error}"
        / "ファイルの状態が不明です: {error}"
    }
    file_is_too_large(path, most) {
        "`{path}` is larger than the {most} MiB that are read"
        / "`{path}` は、読める {most} MiB を超えています"
    }
    is_no_utf_text_byte_begins_no_character(path, at) {
        "`{path}` is no UTF-8 text: byte {at} begins no character"
        / "`{path}` は UTF-8 ではありません: {at} バイト目から文字になりません"
    }
    reads_it_as() { "`#{{ form: \"bytes\" }}` reads it as it is" / "`#{{ form: \"bytes\" }}` ならそのまま読めます" }
    is_no_mode(text) {
        "`{text}` is no mode: write octal digits such as `0644`"
        / "`{text}` はモードではありません: `0644` のような 8 進数で書きます"
    }
    too_much_to_write(bytes, most) {
        "{bytes} bytes are more than the {most} MiB that are written"
        / "{bytes} バイトは、書き込める {most} MiB を超えています"
    }
    phrase_of_must_be_something_to_type_other() {
        "`phrase` of `human::approve` must be something to type other than `no`, without spaces around it"
        / "`human::approve` の `phrase` は、前後に空白のない、`no` 以外の入力できる文字列です"
    }
    runbook_asks_in_its_own_words(run) {
        "run {run} asks in the runbook's own words:"
        / "実行 {run} がランブックの言葉で求めています:"
    }
    a_person_said_no() { "a person said no" / "却下されました" }
    needs_at_least_one_option() {
        "`human::choose` needs at least one option"
        / "`human::choose` には選択肢が一つ以上必要です"
    }
    option_is_empty(number) {
        "option {number} of `human::choose` is empty"
        / "`human::choose` の選択肢 {number} が空です"
    }
    has_the_option_twice(option) {
        "`human::choose` has the option `{option}` twice"
        / "`human::choose` に選択肢 `{option}` が二つあります"
    }
    in_values_of_is_not_a_text(label, kind) {
        "`{label}` in `values` of `human::do_by_hand` is {kind}, not a text or number"
        / "`human::do_by_hand` の `values` の `{label}` が {kind} です。文字列か数で書きます"
    }
    was_not_answered_stopped_by_the_person(name) {
        "`{name}` was not answered: stopped by the person"
        / "`{name}` は回答されませんでした: 中断が選ばれました"
    }
    was_not_answered_the_run_is_stopping(name) {
        "`{name}` was not answered: the run is stopping"
        / "`{name}` は回答されませんでした: 実行を中断しています"
    }
    options_ja_are_as_many(count) {
        "`options_ja` must be as many as `options`: {count}"
        / "`options_ja` の数は `options` と同じ {count} 個でなければなりません"
    }
    answer_by(time, limit) { "answer by {time}, in {limit}" / "回答期限 {time}、あと {limit}" }
    was_not_answered_in_time(name, limit) { "`{name}` was not answered within {limit}" / "`{name}` への回答が {limit} 以内にありませんでした" }
    needs_a_person_and_nobody_is_there(name) {
        "`{name}` needs a person, and nobody is there"
        / "`{name}` には人の回答が必要ですが、誰もいません"
    }
    answer_it_on_a_terminal(run) {
        "answer it on a terminal: `runbook resume {run}`"
        / "端末で回答する: `runbook resume {run}`"
    }
    needs_a_text_to_show(name) { "`{name}` needs a text to show" / "`{name}` には表示する文章が必要です" }
    was_answered_with_which_is_no_answer(name, kind) {
        "`{name}` was answered with {kind}, which is no answer to it"
        / "`{name}` への回答が {kind} で、回答になっていません"
    }
    there_is_no_number_from(min, max) {
        "there is no number from {min} to {max}"
        / "{min} から {max} までの数はありません"
    }
    the_system_gives_no_random_numbers(error) {
        "the system gives no random numbers: {error}"
        / "システムから乱数を得られません: {error}"
    }
    length_is_from() { "`length` is from 1 to 256" / "`length` は 1 から 256 までです" }
    too_much_to_read(bytes, most) {
        "{bytes} bytes are more than the {most} MiB that are read"
        / "{bytes} バイトは、読める {most} MiB を超えています"
    }
    no_json(line, column, why) {
        "no JSON at line {line}, column {column}: {why}"
        / "{line} 行 {column} 列で JSON として読めません: {why}"
    }
    this_json_cannot_be_passed_on(error) {
        "this JSON can't be passed on: {error}"
        / "この JSON は渡せません: {error}"
    }
    it_cannot_be_written_as_json(error) { "it can't be written as JSON: {error}" / "JSON にできません: {error}" }
    json_has_no_word_for_the_number(x) { "JSON has no word for the number {x}" / "数 {x} は JSON で表せません" }
    json_has_no_word_for_bytes() { "JSON has no word for bytes" / "バイト列は JSON で表せません" }
    makes_text_of_them() { "`text::base64_encode` makes text of them" / "`text::base64_encode` で文字列にできます" }
    a_value_that_is_not_known_yet_cannot() {
        "a value that is not known yet can't be written"
        / "まだ分からない値は書き出せません"
    }
    it_is_no_base64(why) { "it is no base64: {why}" / "base64 ではありません: {why}" }
    what_it_stands_for_is_no_utf_text() { "what it stands for is no UTF-8 text" / "内容が UTF-8 ではありません" }
    gives_it_as() { "`#{{ form: \"bytes\" }}` gives it as it is" / "`#{{ form: \"bytes\" }}` ならそのまま得られます" }
    text_or_bytes_can_be_encoded_not(kind) {
        "text or bytes can be encoded, not {kind}"
        / "エンコードできるのは文字列かバイト列で、{kind} はできません"
    }
    matches_too_often(regex, most) {
        "`{regex}` matches more than {most} times"
        / "`{regex}` の一致が {most} 回を超えています"
    }
    the_regular_expression_is_too_large(regex) {
        "the regular expression `{regex}` is too large"
        / "正規表現 `{regex}` が大きすぎます"
    }
    is_no_regular_expression(regex, why) {
        "`{regex}` is no regular expression: {why}"
        / "`{regex}` は正規表現ではありません: {why}"
    }
    text_would_grow(most) { "the text would grow past {most} MiB" / "結果が {most} MiB を超えます" }
    text_or_bytes_can_be_hashed_not(kind) {
        "text or bytes can be hashed, not {kind}"
        / "ハッシュできるのは文字列かバイト列で、{kind} はできません"
    }
    there_is_no_time_that_far_away() { "there is no time that far away" / "それほど遠い時刻はありません" }
    is_no_pattern_for_a_time(pattern, error) {
        "`{pattern}` is no pattern for a time: {error}"
        / "`{pattern}` は時刻の書式ではありません: {error}"
    }
    is_no_time_with_an_offset(text) {
        "`{text}` is no time with an offset"
        / "`{text}` はオフセット付きの時刻ではありません"
    }
    write_it_as() { "write it as `2026-01-31T09:00:00Z`" / "`2026-01-31T09:00:00Z` のように書きます" }
    is_no_time_zone(name) { "`{name}` is no time zone" / "`{name}` はタイムゾーンではありません" }
    write_it_as_utc() {
        "write it as `Asia/Tokyo`, `UTC` or `+09:00`"
        / "`Asia/Tokyo`、`UTC`、`+09:00` のように書きます"
    }
    no_toml(line, column, why) {
        "no TOML at line {line}, column {column}: {why}"
        / "{line} 行 {column} 列で TOML として読めません: {why}"
    }
    toml_is_nested_too_deep(levels) {
        "this TOML is nested deeper than {levels} levels"
        / "この TOML は {levels} 段より深く入れ子になっています"
    }
    at_line_and_column(line, column) { " at line {line}, column {column}" / "（{line} 行 {column} 列）" }
    nested_deeper_than(levels) { "nested deeper than {levels} levels" / "{levels} 段より深く入れ子になっています" }
    no_yaml(at, why) { "no YAML{at}: {why}" / "YAML として読めません{at}: {why}" }
    cannot_be_a_key(kind) { "{kind} can't be a key" / "{kind}はキーにできません" }
}
