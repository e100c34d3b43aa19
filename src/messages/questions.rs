//! Questions on the terminal.

use super::messages;

/// What is understood as a yes, in either language.
pub const YES: [&str; 3] = ["y", "yes", "はい"];
/// What is understood as a no.
pub const NO: [&str; 3] = ["n", "no", "いいえ"];
/// What is understood as the wish to stop here.
pub const STOP: [&str; 3] = ["s", "stop", "中断"];

messages! {
    stop_here() { "stop here (it can be resumed)" / "中断する（あとで再開できます）" }
    not_shown() { "(not shown)" / "（表示しません）" }
    what_now() { "what now?" / "どうしますか？" }
    y_yes_enter_no_ctrl_c_stops() { "  [y yes, enter no, ctrl-c stops]" / "  [y はい, Enter いいえ, ctrl-c で中断]" }
    enter_takes_it_ctrl_c_stops() { "  [enter takes it, ctrl-c stops]" / "  [Enter で確定, ctrl-c で中断]" }
    is_it_done_y_n_stop() { "  is it done? (y/N/stop) " / "  終わりましたか？ (y/N/stop) " }
    what_did_you_see() { "  what did you see? " / "  確認した内容: " }
    one_line_for_the_record() { "  [one line for the record]" / "  [記録に残す一行]" }
    three_wrong_phrases_stopped_here() { "  three wrong phrases: stopped here" / "  3 回一致しなかったため中断します" }
    more_with_the_arrows_or_by_typing() { "more, with the arrows or by typing" / "件（矢印か文字の入力で）" }
    stopped() { "(stopped)" / "（中断）" }
    taken_back() { "(taken back)" / "（取り下げ）" }
    type_to_approve(phrase) { "type `{phrase}` to approve: " / "承認するには `{phrase}` と入力してください: " }
    how_to_decline() { "  [no declines, ctrl-c stops]" / "  [no で却下, ctrl-c で中断]" }
    wrong_phrase(times, most) {
        "  [wrong, {times} of {most}; no declines, ctrl-c stops]"
        / "  [一致しません {times}/{most}, no で却下, ctrl-c で中断]"
    }
    arrows() { "  [↑↓ move, type to filter, ctrl-c stop]" / "  [↑↓ 移動, 文字で絞り込み, ctrl-c 中断]" }
    arrows_in_ascii() { "  [arrows move, type to filter, ctrl-c stop]" / "  [矢印 移動, 文字で絞り込み, ctrl-c 中断]" }
}
