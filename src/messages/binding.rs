//! What every host function may say of its arguments and results.

use super::messages;

messages! {
    has_no_option(name, option) {
        "`{name}` has no option `{option}`"
        / "`{name}` にオプション `{option}` はありません"
    }
    is_given_twice(option, function) {
        "`{option}` is given to `{function}` twice"
        / "`{option}` が `{function}` に二度渡されています"
    }
    no_arguments_but_a_map_of_options() { "no arguments but a map of options" / "オプションのマップのみ" }
    one_argument_then_a_map_of_options() {
        "one argument, then a map of options"
        / "引数 1 個、その後にオプションのマップ"
    }
    arguments_then_a_map_of_options(n) {
        "{n} arguments, then a map of options"
        / "引数 {n} 個、その後にオプションのマップ"
    }
    is_made_again_instead_of_being_settled(function) {
        "`{function}` is made again instead of being settled"
        / "`{function}` は確認でなく再実行されます"
    }
    result_cannot_be_passed_on(function, error) {
        "the result of `{function}` can't be passed on: {error}"
        / "`{function}` の結果を渡せません: {error}"
    }
    reaches_the_world(function) {
        "`{function}` reaches the world and can't be computed"
        / "`{function}` は外部に触れるため、計算だけでは求められません"
    }
    takes(function, what, form) { "`{function}` takes {what}: `{form}`" / "`{function}` が受け取るのは{what}です: `{form}`" }
    needs(function, parameter, form) {
        "`{function}` needs `{parameter}`: `{form}`"
        / "`{function}` には `{parameter}` が必要です: `{form}`"
    }
    cannot_take(function, why) { "`{function}` can't take: {why}" / "`{function}` が受け取れない引数です: {why}" }
    cannot_take_at(function, path, why) {
        "`{function}` can't take `{path}`: {why}"
        / "`{function}` は `{path}` を受け取れません: {why}"
    }
    a_secret_as_a_name_in_json() {
        "a secret can't be a name in JSON, only a value"
        / "秘密の値は JSON の名前には使えません。値としてのみ使えます"
    }
}
