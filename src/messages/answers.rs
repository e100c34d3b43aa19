//! What is told of questions that are answered from another terminal.

use super::messages;

messages! {
    /// Nothing to answer.
    asks_nothing(run) { "run `{run}` asks nothing now" / "実行 `{run}` は今何も質問していません" }
    /// Where to see how it stands.
    see_how_it_stands(run) { "see how it stands: `runbook show {run}`" / "状態を見る: `runbook show {run}`" }
    /// An approval has a command of its own.
    is_an_approval(run) { "run `{run}` asks for an approval, not for an answer" / "実行 `{run}` が求めているのは回答ではなく承認です" }
    /// An answer has a command of its own.
    is_no_approval(run) { "run `{run}` asks for an answer, not for an approval" / "実行 `{run}` が求めているのは承認ではなく回答です" }
    /// The command for it.
    approve_it(run) { "on a terminal: `runbook approve {run}`" / "端末で: `runbook approve {run}`" }
    /// The command for it.
    answer_it(run) { "`runbook answer {run}`" / "`runbook answer {run}`" }
    /// A value of the wrong form.
    does_not_fit(value) { "`{value}` is no answer to this question" / "`{value}` はこの質問の答えになりません" }
    /// What a value can be.
    one_of(answers) { "it is one of: {answers}" / "次のいずれか: {answers}" }
    /// A line of text.
    any_text() { "any text" / "任意の文字列" }
    /// Nobody to ask here.
    needs_a_value() { "the answer is missing, and there is no terminal to ask on" / "答えが指定されておらず、質問できる端末もありません" }
    /// What to type.
    give_the_answer(run, example) { "`runbook answer {run} {example}`" / "`runbook answer {run} {example}`" }
    /// An approval is given by a person at a terminal.
    approved_at_a_terminal_only() { "an approval is typed by a person on a terminal; there is none here" / "承認は端末で人が入力するものですが、ここには端末がありません" }
    /// Somebody was faster.
    answered_already() { "somebody else has answered it meanwhile" / "その間に別の人が回答しました" }
    /// The state of the world.
    nothing_was_answered() { "nothing was answered" / "何も回答していません" }
    /// It is stored; a process waits for it.
    the_run_goes_on(run) { "answered: run `{run}` goes on" / "回答しました: 実行 `{run}` が続きます" }
    /// It is stored; nobody waits.
    resume_it(run) { "answered; go on with `runbook resume {run}`" / "回答しました。再開: `runbook resume {run}`" }
    /// A no to an approval.
    declined(run) { "declined; a resume of `{run}` ends as refused" / "却下しました。`{run}` を再開すると拒否で終わります" }
    /// Shown where the question was open.
    answered_elsewhere(by, at) { "answered from another terminal by {by} at {at}" / "別の端末から回答がありました: {by} {at}" }
}
