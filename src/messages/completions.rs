//! What is told of completing command lines in a shell.

use super::messages;

messages! {
    /// Before a line of a shell's file.
    put_this_into(file) { "put this into {file}" / "{file} に書いてください" }
    /// A run that can go on.
    not_finished() { "not finished" / "未完了" }
}
