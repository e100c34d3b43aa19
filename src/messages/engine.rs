//! What the engine says: the gate, running, settling, nesting.

use super::messages;

messages! {
    what_opened_cannot_be_kept(name, why) {
        "what `{name}` opened can't be kept: {why}"
        / "`{name}` が開いたものを保存できません: {why}"
    }
    the_close_of_cannot_be_kept(name, why) {
        "the close of `{name}` can't be kept: {why}"
        / "`{name}` の後始末を保存できません: {why}"
    }
    the_close_of(badge, name) { "{badge} the close of `{name}`" / "{badge} `{name}` の後始末" }
    what_is_returned_cannot_be_kept(why) { "what is returned can't be kept: {why}" / "戻り値を保存できません: {why}" }
    there_is_no_function(name) { "there is no function `{name}`" / "関数 `{name}` はありません" }
    depends_on(name, value) { "`{name}` depends on {value}" / "`{name}` は {value} に依存します" }
    was_called_outside_a_run(name) { "`{name}` was called outside a run" / "`{name}` が実行の外で呼ばれました" }
    a_secret_cannot_go_into(argument, function) {
        "a secret can't go into `{argument}` of `{function}`"
        / "秘密の値は `{function}` の `{argument}` に渡せません"
    }
    takes_no_secrets(name) { "`{name}` takes no secrets" / "`{name}` は秘密の値を受け取りません" }
    takes_secrets_in(sinks) { "it takes secrets in {sinks}" / "秘密の値を受け取るのは {sinks} です" }
    is_not_permitted(function, line) {
        "`{function}` is not permitted: `{line}`"
        / "`{function}` は許可されていません: `{line}`"
    }
    no_line_of_permissions_covers_it() {
        "no line of the runbook's `permissions` covers it, or a runbook around it has none that does"
        / "ランブックの `permissions` に該当する行がないか、外側のランブックにありません"
    }
    add_to_permissions(line) { "add to `permissions`:  \"{line}\"" / "`permissions` に追加:  \"{line}\"" }
    this_run_is_read_only(function, effect) {
        "`{function}` is a {effect}, and this run is read-only"
        / "`{function}` は {effect} で、この実行は読み取り専用です"
    }
    run_it_without_to_let_it_write() {
        "run it without `--read-only` to let it write"
        / "書き込みを許すには `--read-only` なしで実行する"
    }
    a_write_in_a_wait(function, effect) {
        "`{function}` is a {effect}, and inside `wait_until` only reads may stand"
        / "`{function}` は {effect} で、`wait_until` の中では読み取りしか使えません"
    }
    make_the_write_before_the_wait_and_wait() {
        "make the write before the wait, and wait for what it brings about"
        / "書き込みは待つ前に行い、その結果を待つ"
    }
    cannot_stand_inside_wait_until_its_answer(function) {
        "`{function}` can't stand inside `wait_until`: its answer is remembered"
        / "`{function}` は `wait_until` の中では使えません: 回答が記録されるためです"
    }
    was_not_answered_in_time(function, limit) {
        "`{function}` was not answered within {limit}"
        / "`{function}` への回答が {limit} 以内にありませんでした"
    }
    needs_an_answer_and_nobody_is_there(function) {
        "`{function}` needs an answer, and nobody is there to give one"
        / "`{function}` には回答が必要ですが、答える人がいません"
    }
    answer_it_on_a_terminal(run) {
        "answer it on a terminal: `runbook resume {run}`"
        / "端末で回答する: `runbook resume {run}`"
    }
    stopped_at_the_question(function) {
        "stopped at the question of `{function}`"
        / "`{function}` の質問で中断しました"
    }
    the_run_is_stopping() { "the run is stopping" / "実行を中断しています" }
    it_was_told_to_end_and_did_not() {
        "it was told to end and did not say what happened"
        / "終了を求めましたが、結果の応答がありませんでした"
    }
    no_answer_within(limit) { "no answer within {limit}" / "{limit} 以内に応答がありませんでした" }
    the_call() { "the call" / "呼び出し" }
    needs_an_approval(what) { "{what} needs an approval" / "{what} には承認が必要です" }
    was_declined(what) { "{what} was declined" / "{what} は却下されました" }
    and_nobody_is_there_to_give(what) { "{what}, and nobody is there to give it" / "{what}。承認する人がいません" }
    stopped_where(what) { "stopped where {what}" / "中断しました: {what}" }
    asks_for_something_else(function, scope) {
        "`{function}` in {scope} asks for something other than what was done"
        / "{scope} の `{function}` が、実行済みのものと異なる内容を求めています"
    }
    done_at(at, args) { "done at {at}   {args}" / "{at} に実行   {args}" }
    asked_for_now(args) { "asked for now                    {args}" / "今回の要求                      {args}" }
    do_it_as_well() { "do it as well" / "これも実行する" }
    keep_the_earlier_one() { "keep the earlier one; do not do this one" / "以前の結果を使い、これは実行しない" }
    stop_here() { "stop here" / "ここで中断する" }
    nothing_was_sent() { "nothing was sent" / "何も送信していません" }
    choose_on_a_terminal(run) { "choose on a terminal: `runbook resume {run}`" / "端末で選ぶ: `runbook resume {run}`" }
    it_asks(text) { "it asks: {text}" / "質問: {text}" }
    did_you_mean(name) { "did you mean `{name}`?" / "もしかして `{name}`？" }
    called_from(file, position) { "called from {file}:{position}" / "呼び出し元 {file}:{position}" }
    hint(hint) { "hint: {hint}" / "ヒント: {hint}" }
    the_value_is_too_large() { "the value is too large" / "値が大きすぎます" }
    nested_too_deep(levels) {
        "the value contains itself, or is nested more than {levels} levels deep"
        / "値が自身を含むか、{levels} 段より深く入れ子になっています"
    }
    a_closure_cannot_be_passed_on_or_kept() {
        "a closure can't be passed on or kept: only plain values can"
        / "クロージャは渡すことも保存することもできません。できるのは普通の値だけです"
    }
    only_plain_values(kind) {
        "{kind} can't be passed on or kept: only plain values can"
        / "{kind} は渡すことも保存することもできません。できるのは普通の値だけです"
    }
    source_is_not_pinned(source) { "the source `{source}` is not pinned" / "ソース `{source}` は固定されていません" }
    the_state_of_was_not_handed_out(source) {
        "the state of `{source}` was not handed out"
        / "`{source}` の状態が渡されていません"
    }
    cannot_be_taken_up_again(run, state) {
        "run `{run}` is {state}: it can't be taken up again"
        / "実行 `{run}` は{state}のため再開できません"
    }
    see_what_it_did(run) { "see what it did: `runbook report {run}`" / "何をしたかを見る: `runbook report {run}`" }
    the_secret_parameter_must_be_given_again(name) {
        "the secret parameter `{name}` must be given again: secrets are never stored"
        / "秘密のパラメーター `{name}` は再入力が必要です: 秘密の値は保存しません"
    }
    the_source_is_not_text(name) { "the source `{name}` is not text" / "ソース `{name}` がテキストではありません" }
    is_no_runbook(name) { "`{name}` is no runbook" / "`{name}` はランブックではありません" }
    the_main_script_is_not_pinned() { "the main script is not pinned" / "メインのスクリプトが固定されていません" }
    could_not_be_closed(names) {
        "the script has ended, and what it opened could not be closed: {names}"
        / "スクリプトは終了しましたが、開いたものを閉じられませんでした: {names}"
    }
    try_again_to_close(run) {
        "try again to close it: `runbook resume {run}`"
        / "もう一度閉じる: `runbook resume {run}`"
    }
    only_the_end_is_missing() {
        "every step is done; only the end could not be recorded"
        / "すべてのステップは完了しており、終了だけが記録できませんでした"
    }
    the_edited_text_has_this_step_no_longer() {
        "the edited text has this step no longer; what it did stays"
        / "編集後のテキストにこのステップはもうありません。実行した内容は残ります"
    }
    the_edited_text_has_this_step_at_another() {
        "the edited text has this step at another place"
        / "編集後のテキストではこのステップの位置が変わっています"
    }
    the_close_of_failed_and_is_owed(name, error) {
        "the close of `{name}` failed and is owed: {error}"
        / "`{name}` の後始末に失敗し、未了です: {error}"
    }
    what_was_registered_to_be_undone_is_undone() {
        "what was registered to be undone is undone"
        / "取り消しとして登録されたものは取り消しました"
    }
    it_is_the_close_of_which_is_still(name) {
        "it is the close of `{name}`, which is still owed"
        / "これは `{name}` の後始末で、まだ未了です"
    }
    this_end_could_not_be_recorded(error) {
        "this end could not be recorded: {error}"
        / "この終了を記録できませんでした: {error}"
    }
    nothing_was_changed() { "nothing was changed" / "何も変更していません" }
    registered_to_be_undone() {
        "the run failed; this is registered to be undone, newest first:"
        / "実行は失敗しました。取り消しとして登録されているもの（新しい順）:"
    }
    undo_it_and_end_the_run() { "undo it and end the run" / "取り消して実行を終える" }
    leave_everything_as_it_is_the_run_can() {
        "leave everything as it is; the run can be resumed"
        / "すべてこのまま残す（実行は再開できます）"
    }
    the_closure_is_not_pinned() { "the closure is not pinned" / "クロージャが固定されていません" }
    no_closure_in(closure, source) {
        "no closure `{closure}` in `{source}`"
        / "`{source}` にクロージャ `{closure}` がありません"
    }
    the_run_is_not_cancelled_undoing_can_be() {
        "the run is not cancelled: undoing can be taken up again"
        / "実行は取りやめていません: 取り消しを続けられます"
    }
    the_run_is_not_cancelled() { "the run is not cancelled" / "実行は取りやめていません" }
    left_in_doubt(calls) { "left in doubt: {calls}" / "結果不明のまま: {calls}" }
    reason_and_left_in_doubt(reason, calls) {
        "{reason}; left in doubt: {calls}"
        / "{reason}; 結果不明のまま: {calls}"
    }
    the_run_took_longer_than(limit) { "the run took longer than {limit}" / "実行時間が {limit} を超えました" }
    go_on_with(run) { "go on with `runbook resume {run}`" / "続ける: `runbook resume {run}`" }
    environment_is_held(name, run, by) {
        "the environment `{name}` is held by another run ({run}{by})"
        / "環境 `{name}` は別の実行が使用中です ({run}{by})"
    }
    show(run) { "show  `runbook show {run}`" / "見る  `runbook show {run}`" }
    decide_or(run) {
        "decide  `runbook resume {run}`  or  `runbook cancel {run}`"
        / "判断  `runbook resume {run}`  または  `runbook cancel {run}`"
    }
    no_result_was_recorded() {
        "it was begun, and no result was recorded"
        / "開始の記録はあり、結果の記録がありません"
    }
    it_stands_for_a_call_that_the_script() {
        "it stands for a call that the script makes otherwise now"
        / "スクリプトが今は別の形で行う呼び出しに当たります"
    }
    proven_absent() { "proven absent" / "未実行と確認" }
    the_runbook_s_settle_said_so() { "the runbook's `settle` said so" / "ランブックの `settle` の判断" }
    hint_2(evidence) { "hint: {evidence}" / "ヒント: {evidence}" }
    the_runbook_s_settle_failed(why) {
        "the runbook's `settle` failed: {why}"
        / "ランブックの `settle` が失敗しました: {why}"
    }
    the_runbook_s_settle_could_not_tell() {
        "the runbook's `settle` could not tell"
        / "ランブックの `settle` では判断できませんでした"
    }
    nothing_found_yet_but_it_may_still_be() {
        "nothing found yet, but it may still be on its way: looking again until its deadline"
        / "まだ見つかりませんが、処理中の可能性があります。期限まで確認を続けます"
    }
    the_call_is_not_in_the_journal() { "the call is not in the journal" / "呼び出しがジャーナルにありません" }
    the_look_was_cut_off() { "the look was cut off" / "確認が打ち切られました" }
    settle_gives_or_nothing_when_it_cannot_tell() {
        "`settle` gives `#{{ happened: true, value: … }}`, `#{{ happened: false }}`, or nothing when it can't tell"
        / "`settle` が返すのは `#{{ happened: true, value: … }}`、`#{{ happened: false }}`、判断できなければ何も返しません"
    }
    may_or_may_not_have_happened(badge, function) {
        "{badge} {function}  may or may not have happened"
        / "{badge} {function}  実行されたか不明です"
    }
    it_happened() { "it happened" / "実行されていた" }
    it_did_not_happen_it_may_be_made() { "it did not happen; it may be made" / "実行されていない（実行してよい）" }
    stop_here_and_ask_somebody() { "stop here and ask somebody" / "ここで中断し、誰かに確認する" }
    looked_at_before_the_script_started() { "looked at before the script started" / "スクリプト開始前に確認" }
    the_script_has_ended_and_did_not_come() {
        "the script has ended and did not come by this call again"
        / "スクリプトは終了しましたが、この呼び出しに再び到達しませんでした"
    }
    the_script_has_ended_without_coming() {
        "the script has ended without coming by it again"
        / "スクリプトが再び到達せずに終了しました"
    }
    run_stopped_in_doubt_at(run, function) {
        "run `{run}` stopped in doubt at `{function}`"
        / "実行 `{run}` は `{function}` で結果不明のまま停止しました"
    }
    it_may_or_may_not_have_happened(why) { "{why}: it may or may not have happened" / "{why}: 実行されたかは不明です" }
    when_you_know(run, call) {
        "when you know: `runbook settle {run} {call} --happened [JSON]` or `--did-not-happen`"
        / "分かったら: `runbook settle {run} {call} --happened [JSON]` または `--did-not-happen`"
    }
    then(run) { "then: `runbook resume {run}`" / "その後: `runbook resume {run}`" }
    a_host_function_was_called_without_its_place() {
        "a host function was called without its place"
        / "ホスト関数が呼び出し位置なしで呼ばれました"
    }
    called_outside_a_run() { "called outside a run" / "実行の外で呼ばれました" }
    two_names_are_the_same(what, name) {
        "two {what} names are the same here, `{name}`: put the item into the name"
        / "同じ {what} の名前がここに二つあります: `{name}`。対象を名前に含めてください"
    }
    a_runbook_cannot_be_run_inside_wait_until() {
        "a runbook can't be run inside `wait_until`: only reads may stand there"
        / "ランブックは `wait_until` の中では実行できません。使えるのは読み取りだけです"
    }
    there_is_no_runbook_in_this_run(name) {
        "there is no runbook `{name}` in this run"
        / "この実行にランブック `{name}` はありません"
    }
    did_you_mean_2(known) { "did you mean `{known}`?" / "もしかして `{known}`？" }
    add_to_permissions_runbook(name) {
        "add to `permissions`:  \"runbook:{name}\""
        / "`permissions` に追加:  \"runbook:{name}\""
    }
    the_runbook_runs_itself(name) { "the runbook `{name}` runs itself" / "ランブック `{name}` が自身を実行しています" }
    runbook_is_not_permitted(name, version) {
        "the runbook `{name}` {version} is not permitted"
        / "ランブック `{name}` {version} は許可されていません"
    }
    no_line_of_the_runbook_s_permissions_names() {
        "no line of the runbook's `permissions` names it in this version"
        / "ランブックの `permissions` にこの版を許す行がありません"
    }
    add_to_permissions_runbook_2(name, version) {
        "add to `permissions`:  \"runbook:{name}@^{version}\""
        / "`permissions` に追加:  \"runbook:{name}@^{version}\""
    }
    parameter_of_the_runbook(parameter, runbook, why) {
        "parameter `{parameter}` of the runbook `{runbook}`: {why}"
        / "ランブック `{runbook}` のパラメーター `{parameter}`: {why}"
    }
    is_secret_and_this_is_plain() { "it is secret, and what was given is plain text" / "シークレットですが、平文が渡されました" }
    give_it_a_secret(parameter) {
        "give it a secret parameter of this runbook, or `secret::env`, `secret::file` and the like: `#{{ {parameter}: params.… }}`"
        / "このランブックのシークレットのパラメーターか、`secret::env`、`secret::file` などを渡してください: `#{{ {parameter}: params.… }}`"
    }
    runbook_needs_a_value(runbook, parameter) {
        "the runbook `{runbook}` needs a value for its parameter `{parameter}`"
        / "ランブック `{runbook}` のパラメーター `{parameter}` に値が必要です"
    }
    runbook_has_no_parameter(runbook, parameter) {
        "the runbook `{runbook}` has no parameter `{parameter}`"
        / "ランブック `{runbook}` にパラメーター `{parameter}` はありません"
    }
    the_runbook_was_begun_with_other_parameters(name) {
        "the runbook `{name}` was begun with other parameters"
        / "ランブック `{name}` は別のパラメーターで開始されています"
    }
    begun_with(before) { "begun with       {before}" / "開始時       {before}" }
    parameters_now(shown) { "asked for now    {shown}" / "今回の要求   {shown}" }
    go_on_with_the_parameters_it_was_begun() {
        "go on with the parameters it was begun with"
        / "開始時のパラメーターで続ける"
    }
    the_branch_of_parallel_is_not_a_closure(name) {
        "the branch `{name}` of `parallel` is not a closure"
        / "`parallel` の分岐 `{name}` がクロージャではありません"
    }
    an_item_of_parallel_map(why) { "an item of `parallel_map`: {why}" / "`parallel_map` の項目: {why}" }
    cannot_stand_inside_wait_until_only_reads(word) {
        "`{word}` can't stand inside `wait_until`: only reads may"
        / "`{word}` は `wait_until` の中では使えません。使えるのは読み取りだけです"
    }
    no_thread_could_be_started_for_the_branch(name, error) {
        "no thread could be started for the branch `{name}`: {error}"
        / "分岐 `{name}` のスレッドを開始できません: {error}"
    }
    branches_failed(count, told) { "{count} branches failed: {told}" / "{count} 個の分岐が失敗しました: {told}" }
    the_step_was_never_begun_and_the_edited(name, before) {
        "the step `{name}` was never begun, and the edited text no longer has the step `{before}`, which wrote something"
        / "ステップ `{name}` は未開始で、編集後のテキストには書き込みを行ったステップ `{before}` がもうありません"
    }
    written_in(before, what) { "written in `{before}`   {what}" / "`{before}` での書き込み   {what}" }
    the_same_step_renamed_what_was_done() {
        "the same step, renamed: what was done in it is done"
        / "同じステップの改名: 実行済みとして扱う"
    }
    another_step_do_it_as_well() { "another step: do it as well" / "別のステップ: これも実行する" }
    retry_cannot_stand_inside_wait_until_only() {
        "`retry` can't stand inside `wait_until`: only reads may"
        / "`retry` は `wait_until` の中では使えません。使えるのは読み取りだけです"
    }
    times_of_retry_is_a_number_from() {
        "`times` of `retry` is a number from 1 to 100"
        / "`retry` の `times` は 1 から 100 までの数です"
    }
    has_no_option(word, option) {
        "`{word}` has no option `{option}`"
        / "`{word}` にオプション `{option}` はありません"
    }
    a_step_cannot_stand_inside_wait_until_only() {
        "a step can't stand inside `wait_until`: only reads may"
        / "ステップは `wait_until` の中では使えません。使えるのは読み取りだけです"
    }
    what_the_step_returns_cannot_be_kept(name, why) {
        "what the step `{name}` returns can't be kept: {why}"
        / "ステップ `{name}` の戻り値を保存できません: {why}"
    }
    undo_cannot_stand_inside_wait_until_only() {
        "`undo` can't stand inside `wait_until`: only reads may"
        / "`undo` は `wait_until` の中では使えません。使えるのは読み取りだけです"
    }
    the_undo_cannot_be_kept(name, why) {
        "the undo `{name}` can't be kept: {why}"
        / "取り消し `{name}` を保存できません: {why}"
    }
    a_wait_cannot_stand_inside_another_only() {
        "a wait can't stand inside another: only reads may"
        / "待機の中で待機はできません。使えるのは読み取りだけです"
    }
    what_the_wait_saw_cannot_be_kept(why) {
        "what the wait saw can't be kept: {why}"
        / "待機で見た値を保存できません: {why}"
    }
    waited_for_in_vain_polls_until(what, polls, deadline) {
        "waited for {what} in vain: {polls} polls, until {deadline}"
        / "{what} を待ちましたが、成立しませんでした: {polls} 回確認、{deadline} まで"
    }
    and_seen_last(message, seen) { "{message}; seen last: {seen}" / "{message}。最後に確認した状態: {seen}" }
    what_was_asked() { "what was asked for" / "求められた状態" }
    what_of_wait_until_is_text() { "`what` of `wait_until` is text" / "`wait_until` の `what` は文字列です" }
    time_to_pass() { "time to pass" / "時間の経過" }
    one_write_was_made() {
        "1 write was made and recorded; a resume does not make it again"
        / "書き込み 1 件を実行し記録しました。再開しても再実行しません"
    }
    writes_were_made(writes) {
        "{writes} writes were made and recorded; a resume does not make them again"
        / "書き込み {writes} 件を実行し記録しました。再開しても再実行しません"
    }
    one_write_was_made_and_some_in_doubt(doubts) {
        "1 write was made and recorded, {doubts} in doubt"
        / "書き込み 1 件を実行し記録しました。結果不明 {doubts} 件"
    }
    writes_were_made_and_some_in_doubt(writes, doubts) {
        "{writes} writes were made and recorded, {doubts} in doubt"
        / "書き込み {writes} 件を実行し記録しました。結果不明 {doubts} 件"
    }
    nothing_was_found_yet() {
        "nothing was found yet, but it may still be on its way"
        / "まだ見つかりませんが、処理中の可能性があります"
    }
    this_depends_on(value) { "this depends on {value}" / "ここは{value}に依存します" }
    known_after_the_change() { "known after the change" / "変更後に判明" }
    function_failed(function, message) { "`{function}` failed: {message}" / "`{function}` が失敗しました: {message}" }
    argument_of(number, function, why) {
        "argument {number} of `{function}`: {why}"
        / "`{function}` の {number} 番目の引数: {why}"
    }
    arguments(arguments) { "arguments  {arguments}" / "引数       {arguments}" }
    needs_a_confirmation(function) { "`{function}` needs a confirmation" / "`{function}` には確認が必要です" }
    run_of_runbook(run, runbook) { "run        {run}  {runbook}" / "実行       {run}  {runbook}" }
    environment(environment) { "environment  {environment}" / "環境       {environment}" }
    a_call() { "a call" / "呼び出し" }
    begun(at) { "begun      {at}" / "開始       {at}" }
    looked(evidence) { "looked     {evidence}" / "確認結果   {evidence}" }
    calls(calls) { "calls      {calls}" / "呼び出し   {calls}" }
    hold_cannot_stand_inside_a_wait() {
        "`hold` can't stand inside `wait_until`: only reads may"
        / "`hold` は `wait_until` の中では使えません。使えるのは読み取りだけです"
    }
    confirmed_elsewhere(function, at) {
        "`{function}` was confirmed from another terminal at {at}"
        / "`{function}` は別の端末から確認されました: {at}"
    }
    or_from_elsewhere(command, run) {
        "or from elsewhere: `runbook {command} {run}`, then `runbook resume {run}`"
        / "または別の端末から: `runbook {command} {run}`、その後 `runbook resume {run}`"
    }
    answered_elsewhere(function, at) {
        "`{function}` was answered from another terminal at {at}"
        / "`{function}` は別の端末から回答されました: {at}"
    }
    opened_otherwise(before, again) {
        "it was opened again and came out otherwise: {again}, before: {before}"
        / "開き直した結果が前回と異なります: {again} (前回: {before})"
    }
}
