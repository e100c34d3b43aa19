//! What the subcommands say.

use super::messages;

messages! {
    /// A folder that was removed under our feet.
    current_folder_not_found(why) {
        "the current folder can't be found: {why}" / "現在のフォルダーが見つかりません: {why}"
    }
    /// No home folder, no journal yet, nothing to report on.
    there_is_no_run_yet() { "there is no run yet" / "まだ実行がありません" }
    /// Where to look next.
    see_what_can_be_run() { "see what can be run: `runbook list`" / "実行できるものを見る: `runbook list`" }
    /// Nothing to take up.
    no_unfinished_run() { "there is no unfinished run" / "終わっていない実行はありません" }
    /// An id that fits nothing.
    no_such_run(run) { "there is no run `{run}`" / "実行 `{run}` はありません" }
    /// The beginning of an id that fits several.
    several_runs(beginning) { "`{beginning}` is the beginning of several runs" / "`{beginning}` で始まる実行は複数あります" }
    /// Where to look next.
    see_all_runs() { "see all of them: `runbook runs`" / "すべて見る: `runbook runs`" }
    /// Nobody read what was written, so the run went on without writing.
    output_left_out() { "… nobody read here: some output was left out" / "… 読み取られなかったため、一部の出力を省略しました" }
    use_the_newer_program() { "use the newer program" / "新しい方のプログラムを使う" }
    is_no_name_for_a_runbook(name) { "`{name}` is no name for a runbook" / "`{name}` はランブックの名前に使えません" }
    what_a_name_is_made_of() {
        "small letters, digits, `-` and `_`; `/` for folders, as in `incident/high-error-rate`"
        / "使えるのは英小文字・数字・`-`・`_`。フォルダーは `/` で区切ります（例: `incident/high-error-rate`）"
    }
    created(shown) { "created {shown}\n" / "作成しました: {shown}\n" }
    check_it_then_run_it(name) {
        "next: runbook check {name}   then   runbook run {name}"
        / "次: runbook check {name}   その後   runbook run {name}"
    }
    is_there_already(shown) { "`{shown}` is there already" / "`{shown}` は既にあります" }
    see_what_a_runbook_does(name) { "see what it does: `runbook show {name}`" / "内容を見る: `runbook show {name}`" }
    cannot_be_written(shown, error) { "`{shown}` can't be written: {error}" / "`{shown}` に書き込めません: {error}" }
    the_result_is_not_json(error) {
        "the result after `--happened` is not JSON: {error}"
        / "`--happened` の後の結果が JSON ではありません: {error}"
    }
    text_stands_in_quotes() {
        "text stands in quotes: `--happened '\"abc\"'`"
        / "文字列は引用符で囲みます: `--happened '\"abc\"'`"
    }
    the_number_of_the_call_is_missing() { "the number of the call is missing" / "呼び出しの番号がありません" }
    nothing_is_in_doubt_in_run(run) {
        "nothing is in doubt in run `{run}`"
        / "実行 `{run}` に結果不明の呼び出しはありません"
    }
    in_doubt_calls(calls) { "in doubt: call {calls}" / "結果不明: 呼び出し {calls}" }
    see_what_is_in_doubt(run) {
        "see what is in doubt: `runbook settle {run}`"
        / "結果不明のものを見る: `runbook settle {run}`"
    }
    nothing_is_in_doubt(run) { "nothing is in doubt in {run}" / "{run} に結果不明の呼び出しはありません" }
    may_or_may_not_have_happened(run) {
        "{run}  may or may not have happened: begun, and no result was recorded"
        / "{run}  実行されたか不明です: 開始の記録はあり、結果の記録がありません"
    }
    settle_as_happened(run, call) {
        "  runbook settle {run} {call} --happened '{{ the result as JSON }}'"
        / "  runbook settle {run} {call} --happened '{{ 結果の JSON }}'"
    }
    run_is_in_state(run, state) { "run `{run}` is {state}" / "実行 `{run}` は{state}です" }
    settle_the_rest(run, left) {
        "runbook settle {run}   ({left} left)"
        / "  runbook settle {run}   （残り {left} 件）"
    }
    call_is_not_in_doubt(call, run) {
        "call {call} of run `{run}` is not in doubt"
        / "実行 `{run}` の呼び出し {call} は結果不明ではありません"
    }
    see_what_is(run) { "see what is: `runbook settle {run}`" / "対象を見る: `runbook settle {run}`" }
    not_for_this_environment(runbook, environment) {
        "`{runbook}` is not for the environment `{environment}`"
        / "`{runbook}` は環境 `{environment}` 用ではありません"
    }
    it_is_for(allowed) { "it is for: {allowed}" / "対象の環境: {allowed}" }
    needs_an_environment(name) { "`{name}` needs an environment" / "`{name}` には環境の指定が必要です" }
    wanted(tool, version) { "wanted: {tool} {version}" / "必要なもの: {tool} {version}" }
    has_another_version(tool, version) { "`{tool}` has version {version}, which is not wanted" / "`{tool}` のバージョン {version} は条件に合いません" }
    does_not_say_its_version(tool) { "`{tool} --version` does not say a version" / "`{tool} --version` からバージョンが分かりません" }
    the_policy_lets_nobody_ask(tool) {
        "the policy does not let `{tool} --version` be started, so its version is not known"
        / "ポリシーが `{tool} --version` の起動を許していないため、バージョンが分かりません"
    }
    required_and_not_on_path(tool) {
        "`{tool}` is required and not on PATH"
        / "`{tool}` が必要ですが PATH にありません"
    }
    permission_cannot_be_filled_in(line, why) {
        "the permission `{line}` can't be filled in: {why}"
        / "権限 `{line}` に値を埋め込めません: {why}"
    }
    no_free_run_id_was_found() { "no free run id was found" / "空いている実行 ID が見つかりません" }
    name_value() { "it looks like `name=value`" / "`name=value` の形で書きます" }
    the_findings_cannot_be_written_as_json(error) {
        "the findings can't be written as JSON: {error}"
        / "検査結果を JSON にできません: {error}"
    }
    the_asynchronous_runtime_cannot_start(error) {
        "the asynchronous runtime can't start: {error}"
        / "非同期ランタイムを開始できません: {error}"
    }
    still_open(name, run) {
        "still open: {name} — closed by `runbook resume {run}` or `runbook cancel {run}`"
        / "閉じられていません: {name} — `runbook resume {run}` か `runbook cancel {run}` で閉じます"
    }
    cannot_watch(error) { "changes can't be watched: {error}" / "変更を監視できません: {error}" }
    changed(files) { "changed: {files}" / "変更: {files}" }
    no_step_summary(error) { "the summary of this step can't be written: {error}" / "ステップの要約を書き込めません: {error}" }
    not_asked_for_again(calls) {
        "made before and not asked for again: call {calls}"
        / "以前に実行され今回は求められていません: 呼び出し {calls}"
    }
    no_runbook_has_the_word(word) {
        "no runbook found here has the word `{word}`; see all: runbook list"
        / "`{word}` を含むランブックはここにありません。すべて見る: runbook list"
    }
    no_runbooks_here() {
        "no runbooks found here; write one: runbook new NAME"
        / "ここにランブックはありません。作成する: runbook new NAME"
    }
    hidden_by_the_nearer_one(name, version) {
        "hidden by the nearer one; run it as {name}@{version}"
        / "近くの同名のランブックに隠れています。実行するには {name}@{version}"
    }
    two_modules_of_one_name(name) {
        "two modules named `{name}` with different texts would be in one run"
        / "内容の異なる二つのモジュール `{name}` が一つの実行に入ります"
    }
    welcome(version, place) {
        "runbook {version} — operations procedures that survive a crash\n\n  runbook list               runbooks found here          runbook new NAME   write one\n  runbook run NAME           run one                      runbook runs       past runs\n  runbook plan NAME          see what it would do         runbook --help     everything\nNo telemetry. Journal: {place} (only you can read it).\n"
        / "runbook {version} — 落ちても続きから動く運用手順\n\n  runbook list               ランブックを一覧             runbook new NAME   新しく書く\n  runbook run NAME           実行する                     runbook runs       過去の実行\n  runbook plan NAME          何をするかを事前に見る       runbook --help     すべての説明\n利用状況の送信はありません。記録: {place}（読めるのは本人だけ）\n"
    }
    the_report_cannot_be_written_as_json(error) {
        "the report can't be written as JSON: {error}"
        / "報告を JSON にできません: {error}"
    }
    the_text_has_changed(file) {
        "note: `{file}` has changed since this run began; the pinned text is run. `--edited` takes the new one."
        / "注意: `{file}` は実行開始後に変更されています。実行するのは記録時の内容です。新しい内容を使うには `--edited`"
    }
    given_again(name) { "{name} (given again: secrets are never stored)" / "{name}（再入力: 秘密の値は保存しません）" }
    see_what_a_run_did(run) { "see what it did: `runbook report {run}`" / "何をしたかを見る: `runbook report {run}`" }
    no_runs_yet() {
        "no runs yet; `runbook list` shows what can be run"
        / "まだ実行はありません。実行できるものを見る: `runbook list`"
    }
    no_run_is_like_that() {
        "no run is like that; `runbook runs` shows the newest"
        / "該当する実行はありません。最新の実行を見る: `runbook runs`"
    }
    these_are_the_newest(limit) {
        "these are the newest {limit}; `--limit 0` shows all"
        / "最新の {limit} 件です。すべて見るには `--limit 0`"
    }
    no_state_of_a_run(text) { "`{text}` is no state of a run" / "`{text}` という実行の状態はありません" }
    did_you_mean(meant) { "did you mean `{meant}`?" / "もしかして `{meant}`？" }
    run_has_no_call(run, number) {
        "run `{run}` has no call {number}"
        / "実行 `{run}` に呼び出し {number} はありません"
    }
    see_its_calls(run) { "see its calls: `runbook show {run}`" / "呼び出しを見る: `runbook show {run}`" }
    something_is_wrong_with_it(asked) {
        "something is wrong with it: runbook check {asked}"
        / "問題があります: runbook check {asked}"
    }
    stopping() {
        "stopping… a write in flight is finished and recorded first. Again to end now."
        / "中断します… 送信中の書き込みは完了と記録を待ちます。もう一度押すと即時終了します。"
    }
    ending_now() {
        "ending now; what is in flight is in doubt until a resume has looked."
        / "即時終了します。送信中のものは、再開時の確認まで結果不明です。"
    }
    decide() { "decide" / "判断が必要" }
    waits_for_a_person() { "waits for a person" / "回答待ち" }
    one_error() { "1 error" / "エラー 1 件" }
    errors(count) { "{count} errors" / "エラー {count} 件" }
    one_warning() { "1 warning" / "警告 1 件" }
    warnings(count) { "{count} warnings" / "警告 {count} 件" }
    one_runbook() { "1 runbook" / "ランブック 1 件" }
    runbooks(count) { "{count} runbooks" / "ランブック {count} 件" }
    built_in() { "built in" / "組み込み" }
    told_to_terminate() { "told to terminate" / "終了を求められました" }
    the_terminal_went_away() { "the terminal went away" / "端末が切断されました" }
    /// After the counts.
    fix_can_mend(count) { " — `runbook check --fix` can mend {count}" / " — `runbook check --fix` で {count} 件直せます" }
    mended(place, wrong, right) { "mended {place}: `{wrong}` is now `{right}`" / "修正 {place}: `{wrong}` を `{right}` に" }
    taken_out(place, wrong) { "mended {place}: {wrong} is taken out" / "修正 {place}: {wrong} を削除" }
    cannot_be_mended(file, error) { "`{file}` can't be mended: {error}" / "`{file}` を修正できません: {error}" }
    mended_so_far(count) { "{count} places were mended before it" / "それまでに {count} 箇所を修正しました" }
}
