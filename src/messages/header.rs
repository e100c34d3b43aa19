//! What is said of a runbook's header: its literal, its parameters, its permissions.

use super::messages;

messages! {
    runbook_is_a_variable_where_a_constant() {
        "`RUNBOOK` is a variable, where a constant is wanted"
        / "`RUNBOOK` が変数です。定数にします"
    }
    write_the_constant() { "write `const RUNBOOK = #{{ … }}`" / "`const RUNBOOK = #{{ … }}` と書く" }
    runbook_stands_here_a_second_time() {
        "`RUNBOOK` stands here a second time"
        / "`RUNBOOK` がここでもう一度定義されています"
    }
    this_file_has_no_const_runbook_so() {
        "this file has no `const RUNBOOK`, so it is no runbook"
        / "このファイルには `const RUNBOOK` がないため、ランブックではありません"
    }
    begin_it_with() {
        "begin it with `const RUNBOOK = #{{ name: \"…\", version: \"0.1.0\", summary: \"…\" }};`"
        / "先頭に書く: `const RUNBOOK = #{{ name: \"…\", version: \"0.1.0\", summary: \"…\" }};`"
    }
    runbook_has_no_name() { "`RUNBOOK` has no `name`" / "`RUNBOOK` に `name` がありません" }
    such_as() { "such as `name: \"verify-waf\"`" / "例: `name: \"verify-waf\"`" }
    is_no_name_for_a_runbook(name) { "`{name}` is no name for a runbook" / "`{name}` はランブックの名前にできません" }
    small_letters_digits_and_between_parts() {
        "small letters, digits, `_`, `-`, and `/` between parts"
        / "英小文字・数字・`_`・`-`、区切りは `/`"
    }
    runbook_has_no_version() { "`RUNBOOK` has no `version`" / "`RUNBOOK` に `version` がありません" }
    such_as_2() { "such as `version: \"0.1.0\"`" / "例: `version: \"0.1.0\"`" }
    is_no_version(text, error) { "`{text}` is no version: {error}" / "`{text}` は版ではありません: {error}" }
    three_numbers_such() { "three numbers, such as `1.0.0`" / "`1.0.0` のような三つの数" }
    in_is_not_one_word(word, key) {
        "`{word}` in `{key}` is not one word"
        / "`{key}` の `{word}` が一語ではありません"
    }
    parameters_cannot_be_told_apart(one, other, variable) {
        "parameters `{one}` and `{other}` can't be told apart in `{variable}`"
        / "パラメーター `{one}` と `{other}` は `{variable}` で区別できません"
    }
    rename_one_of_them() { "rename one of them" / "どちらかの名前を変える" }
    such_as_3() { "such as `runbook:acm-wait@^1`" / "例: `runbook:acm-wait@^1`" }
    is_no_permission(line) { "`{line}` is no permission" / "`{line}` は権限ではありません" }
    is_no_name_of_a_runbook(name) { "`{name}` is no name of a runbook" / "`{name}` はランブックの名前ではありません" }
    names_no_versions(version, error) {
        "`{version}` names no versions: {error}"
        / "`{version}` は版の指定ではありません: {error}"
    }
    names_no_versions_2(text, tool, error) {
        "`{text}` names no versions of `{tool}`: {error}"
        / "`{text}` は `{tool}` の版の指定ではありません: {error}"
    }
    such_as_a_version() { "such as `>=1.5`, or `*` for any" / "`>=1.5` など。どれでもよければ `*`" }
    the_version_of_is_where_a_string(tool, kind) {
        "the version of `{tool}` is {kind}, where a string is wanted"
        / "`{tool}` の版が{kind}です。文字列で書きます"
    }
    a_time_limit_of_nothing_leaves_no_time() {
        "a time limit of nothing leaves no time to run"
        / "制限時間がゼロでは実行できません"
    }
    runbook_has_no_value() { "`RUNBOOK` has no value" / "`RUNBOOK` に値がありません" }
    in_quotes_a_name_stands_for_a_parameter() {
        "in `\"…\"` instead of backticks, `${{name}}` stands for a parameter"
        / "バッククォートでなく `\"…\"` の中では、`${{name}}` がパラメーターに置き換わります"
    }
    write_the_value_itself_here() { "write the value itself here" / "値そのものをここに書く" }
    only_literals_may_stand_in_runbook() {
        "only literals may stand in `RUNBOOK`: it is read before anything runs"
        / "`RUNBOOK` に書けるのはリテラルだけです: 何も実行せずに読まれるためです"
    }
    is_no_name_for_a_parameter(name) {
        "`{name}` is no name for a parameter"
        / "`{name}` はパラメーターの名前にできません"
    }
    a_small_letter_then_small_letters_digits() {
        "a small letter, then small letters, digits, `_` and `-`"
        / "英小文字で始め、英小文字・数字・`_`・`-` を使う"
    }
    parameter(name) { "parameter `{name}`" / "パラメーター `{name}`" }
    parameter_is_optional_and_has_a_default(name) {
        "parameter `{name}` is optional and has a default"
        / "パラメーター `{name}` に任意指定と既定値の両方があります"
    }
    one_of_the_two_is_enough() { "one of the two is enough" / "どちらか一方で足ります" }
    parameter_is_a_secret_and_cannot_have(name) {
        "parameter `{name}` is a secret and can't have a default"
        / "パラメーター `{name}` は秘密なので既定値を持てません"
    }
    anybody_could_read_it_here() { "anybody could read it here" / "誰でも読めてしまいます" }
    the_default_of_parameter_does_not_fit_its(name) {
        "the default of parameter `{name}` does not fit its type"
        / "パラメーター `{name}` の既定値が型に合いません"
    }
    parameter_has_no_type(name) { "parameter `{name}` has no `type`" / "パラメーター `{name}` に `type` がありません" }
    one_of(quoted) { "one of {quoted}" / "次のどれか: {quoted}" }
    type_is_where_a_string_is_wanted(kind) {
        "`type` is {kind}, where a string is wanted"
        / "`type` が{kind}です。文字列で書きます"
    }
    is_not_a_regular_expression(source) {
        "`{source}` is not a regular expression"
        / "`{source}` は正規表現ではありません"
    }
    a_list_of_is_not_possible(name) { "a list of {name} is not possible" / "{name} のリストは使えません" }
    did_you_mean(name) { "did you mean `{name}`?" / "もしかして `{name}`？" }
    known_are(known) { "known are {known}" / "使えるのは {known}" }
    there_is_no_parameter_type(other) {
        "there is no parameter type `{other}`"
        / "パラメーターの型 `{other}` はありません"
    }
    nothing_to_choose_from(name) {
        "parameter `{name}` has nothing to choose from"
        / "パラメーター `{name}` に選択肢がありません"
    }
    is_wanted() { "`of: [\"one\", \"two\"]` is wanted" / "`of: [\"one\", \"two\"]` の形で書きます" }
    does_not_say_what_it_lists(name) {
        "parameter `{name}` does not say what it lists"
        / "パラメーター `{name}` に項目の型がありません"
    }
    is_wanted_2() { "`of: \"string\"` is wanted" / "`of: \"string\"` の形で書きます" }
    the_items_of(name) { "the items of `{name}`" / "`{name}` の項目" }
    no_value_can_fit(name) { "no value can fit parameter `{name}`" / "パラメーター `{name}` に合う値がありません" }
    its_least_is_above_its_greatest() { "its least is above its greatest" / "最小が最大を超えています" }
    default_is_reserved_in_rhai_the_key() {
        "`default` is reserved in Rhai; the key for a parameter's default is `defaults_to`"
        / "`default` は Rhai の予約語です。パラメーターの既定値は `defaults_to` に書きます"
    }
    or_did_you_mean(name) { "; did you mean `{name}`?" / "; もしかして `{name}`？" }
    is_a_secret_and_cannot_stand(name) {
        "`{name}` is a secret and can't stand in a permission"
        / "`{name}` は秘密なので権限に書けません"
    }
    is_which_cannot_stand_in_a_permission(name, kind) {
        "`{name}` is {kind}, which can't stand in a permission"
        / "`{name}` は{kind}なので権限に書けません"
    }
    the_value_of_stands_in_a_permission_so(name) {
        "the value of `{name}` stands in a permission, so it can't be empty or have `*` or spaces in it"
        / "`{name}` の値は権限の一部になるため、空や `*`、空白を含むことはできません"
    }
    has_no() { "`${{` has no `}}`" / "`${{` に対応する `}}` がありません" }
    the_number_does_not_fit_bits(shown) {
        "the number `{shown}` does not fit 64 bits"
        / "数 `{shown}` は 64 ビットに収まりません"
    }
    is_where_a_map_is_wanted(of, kind) {
        "{of} is {kind}, where a map is wanted"
        / "{of}が{kind}です。マップで書きます"
    }
    an_integer() { "an integer" / "整数" }
    an_integer_from_0_up() { "an integer from 0 up" / "0 以上の整数" }
    true_or_false() { "`true` or `false`" / "`true` か `false`" }
    a_list_of_strings() { "a list of strings" / "文字列のリスト" }
    stands_twice_in(text, key) { "`{text}` stands twice in `{key}`" / "`{key}` に `{text}` が二つあります" }
    holds_where_a_string_is_wanted(key, kind) {
        "`{key}` holds {kind}, where a string is wanted"
        / "`{key}` に{kind}があります。文字列で書きます"
    }
    has_no_key(of, key) { "{of} has no key `{key}`" / "{of}にキー `{key}` はありません" }
    is_of_another_kind(key, of, kind, wanted) {
        "`{key}` of {of} is {kind}, where {wanted} is wanted"
        / "{of}の `{key}` が{kind}です。{wanted}で書きます"
    }
    names_no_parameter(name, hint) {
        "`${{{name}}}` names no parameter{hint}"
        / "`${{{name}}}` というパラメーターはありません{hint}"
    }
    no_literal() { "no literal" / "リテラルでない値" }
}
