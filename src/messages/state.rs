//! What is said of the world after something went wrong, in every part of the program.

use super::messages;

messages! {
    nothing_was_run() { "nothing was run" / "何も実行していません" }
    nothing_was_written() { "nothing was written" / "何も書き込んでいません" }
    nothing_was_settled() { "nothing was settled" / "何も確定していません" }
    it_may_not_be_settled() { "it may not be settled" / "確定できていない可能性があります" }
}
