//! What the words of the model say of themselves: durations, permissions, values, ids, histories.

use super::messages;

messages! {
    is_not_a_duration(text) {
        "`{text}` is not a duration: write it as `90s`, `10m` or `1h30m`"
        / "`{text}` は時間の長さではありません。`90s`、`10m`、`1h30m` のように書きます"
    }
    a_duration_is_text_such_as_m() {
        "a duration is text such as `10m`, or a number of seconds"
        / "時間の長さは `10m` のような文字列か秒数で書きます"
    }
    the_run_has_no_beginning() { "the run has no beginning" / "実行の始まりがありません" }
    entry_stands_where_entry_should(found, expected) {
        "entry {found} stands where entry {expected} should"
        / "エントリ {expected} の位置に {found} があります"
    }
    entry_is_illegal(seq, what) { "entry {seq}: {what}" / "エントリ {seq}: {what}" }
    something_follows_the_end_of_the_run() { "something follows the end of the run" / "実行の終了後に続きがあります" }
    the_run_begins_twice() { "the run begins twice" / "実行が二度始まっています" }
    a_call_ends_that_was_not_begun() {
        "a call ends that was not begun, or ends twice"
        / "開始していない呼び出しの終了か、二度目の終了です"
    }
    a_call_is_settled_that_was_not() {
        "a call is settled that was not in doubt"
        / "結果不明でない呼び出しが確定されています"
    }
    a_wait_ends_that_was_not_begun() {
        "a wait ends that was not begun, or ends twice"
        / "開始していない待機の終了か、二度目の終了です"
    }
    permission_needs_an_action_and_an_object() {
        "a permission is an action and what it is done to, such as `http:get https://example.com/*`"
        / "権限は動作と対象で書きます（例: `http:get https://example.com/*`）"
    }
    is_not_a_pattern_for_urls(text) {
        "`{text}` is not a pattern for URLs: write scheme, host and path, such as `https://example.com/*`"
        / "`{text}` は URL のパターンではありません。スキーム・ホスト・パスで書きます（例: `https://example.com/*`）"
    }
    is_not_a_run_id(text) {
        "`{text}` is not a run id: it looks like `r-8m3x`"
        / "`{text}` は実行 ID ではありません。`r-8m3x` のような形です"
    }
    the_script() { "the script" / "スクリプト" }
    nested_deeper_than(levels) { "nested deeper than {levels} levels" / "{levels} 段より深く入れ子になっています" }
    number_does_not_fit(number) {
        "the number {number} does not fit 64 bits"
        / "数 {number} は 64 ビットに収まりません"
    }
    is_not_a_tag(text) {
        "`{text}` is not a value's tag, or what it holds is malformed"
        / "`{text}` は値のタグでないか、中身が正しくありません"
    }
    nothing() { "nothing" / "値なし" }
    a_bool() { "a bool" / "真偽値" }
    an_integer() { "an integer" / "整数" }
    a_number() { "a number" / "数" }
    a_character() { "a character" / "文字" }
    a_string() { "a string" / "文字列" }
    bytes() { "bytes" / "バイト列" }
    a_list() { "a list" / "リスト" }
    a_map() { "a map" / "マップ" }
    not_known_yet() { "a value not known yet" / "まだ分からない値" }
}
