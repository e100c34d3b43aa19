//! The pages of `runbook explain`: what a code means and how to mend it, in both languages.

use super::Language;

/// The page of a code (`RB0102`) in the language of the process; nothing for one that there is not.
#[must_use]
pub fn page(code: &str) -> Option<&'static str> {
    let (_, english, japanese) = PAGES.iter().find(|(known, ..)| *known == code)?;
    Some(match Language::current() {
        Language::English => english,
        Language::Japanese => japanese,
    })
}

/// Code, English, Japanese.
const PAGES: &[(&str, &str, &str)] = &[
    (
        "RB0101",
        "The text is no Rhai script. The place is where the parser gave up; the mistake is there or just before it: a bracket, \
         a quote or a semicolon that is missing.",
        "テキストが Rhai スクリプトとして読めません。表示された位置は解析が止まった場所で、間違いはそこか直前にあります（括弧、引用符、セミコロンの抜けなど）。",
    ),
    (
        "RB0102",
        "The script uses `params.x`, and the `RUNBOOK` literal declares no parameter `x`. Declare it under `params`, or use the \
         name that is there. `runbook check --output json` lists all places.",
        "スクリプトが `params.x` を使っていますが、`RUNBOOK` にパラメーター `x` の宣言がありません。`params` に宣言するか、既存の名前を使ってください。",
    ),
    (
        "RB0103",
        "The script calls a function that neither the language, nor the host, nor the script and its imports define. \
         `runbook manual` lists what there is.",
        "言語にもホストにもスクリプトと import 先にもない関数を呼んでいます。使える関数は `runbook manual` で確認できます。",
    ),
    (
        "RB0104",
        "The script uses a variable that nothing has declared there. Functions (`fn`) see only their own arguments and constants \
         of the file; closures see what stands around them.",
        "宣言されていない変数を使っています。`fn` の関数から見えるのは引数とファイルの定数だけで、クロージャーからは周囲の変数が見えます。",
    ),
    (
        "RB0105",
        "A literal argument can't be what the function takes: another type, a word that is none of the allowed ones, or too many \
         arguments. `runbook manual NAME` shows the form.",
        "引数のリテラルが関数の受け取れるものではありません（型違い、許可されていない語、引数の数など）。形式は `runbook manual NAME` で確認できます。",
    ),
    (
        "RB0106",
        "A runbook says what it is in `const RUNBOOK = #{ … }`: literals only, with `name` and `version`. The message names the \
         key that is wrong and what it can hold.",
        "ランブックは `const RUNBOOK = #{ … }` で自身を宣言します。リテラルのみで、`name` と `version` が必要です。メッセージが問題のキーと書ける値を示します。",
    ),
    (
        "RB0107",
        "A call needs a permission that the runbook does not declare. If the call is right, add the line that the message shows to \
         `permissions`, as narrow as it can be.",
        "ランブックが宣言していない権限を必要とする呼び出しがあります。呼び出しが正しければ、表示された行をできるだけ狭い形で `permissions` に追加してください。",
    ),
    (
        "RB0108",
        "A line of `permissions` covers no call that the check can see. Remove it, unless the call's arguments are known only while \
         it runs.",
        "`permissions` の行に対応する呼び出しが見つかりません。引数が実行時にしか決まらない場合を除き、削除してください。",
    ),
    (
        "RB0109",
        "A time read from the clock goes into a write. A resume reads another time, and then the write looks like another one. Use \
         `run::started_at()`, which stays the same, or read the time in a step of its own.",
        "時計から読んだ時刻が書き込みの引数に入っています。再開時には別の時刻になり、別の書き込みに見えてしまいます。変わらない `run::started_at()` を使うか、時刻の読み取りを独立したステップにしてください。",
    ),
    (
        "RB0110",
        "A step is known by its name, so two of one name in one scope can't be told apart after a crash. In a loop, put the item \
         into the name: step(`deploy ${service}`, …).",
        "ステップは名前で識別されるため、同じ範囲に同名のステップがあると中断後に区別できません。ループでは項目を名前に入れてください: step(`deploy ${service}`, …)。",
    ),
    (
        "RB0112",
        "The map of options holds a name that this function or word does not know, most often a typing mistake. `runbook manual \
         NAME` lists its options.",
        "オプションのマップに、その関数が知らない名前があります（多くは打ち間違い）。オプションの一覧は `runbook manual NAME` で確認できます。",
    ),
    (
        "RB0113",
        "An `import` names no file beside the runbook and no module of the program. Paths are from the file that imports, without \
         `.rhai`.",
        "`import` の名前に対応するファイルも組み込みモジュールもありません。パスは import するファイルからの相対で、`.rhai` は付けません。",
    ),
    (
        "RB0114",
        "A function, variable or import has the name of a host namespace or word and would hide it. Give it another name.",
        "関数・変数・import の名前がホストの名前空間や語と同じで、それを隠してしまいます。別の名前にしてください。",
    ),
    (
        "RB0115",
        "The file can be read, but what it declares makes no sense together: for example two modules of one name with different \
         texts.",
        "ファイルは読めますが、宣言の組み合わせに矛盾があります（例: 内容の異なる同名モジュール）。",
    ),
    (
        "RB0116",
        "The runbook's text changed and its version did not, while `runbook.lock` remembers the text of that version. Raise the \
         version, or take the change back.",
        "ランブックの内容が変わったのに version が同じです（`runbook.lock` がその version の内容を記憶しています）。version を上げるか、変更を戻してください。",
    ),
    (
        "RB0117",
        "Closures capture variables, not values: one that is made in a loop and called later sees the variable's last value. Copy it \
         into a `let` inside the loop first.",
        "クロージャーは値ではなく変数を捕捉します。ループ内で作って後で呼ぶと最後の値が見えます。ループ内の `let` に写してから使ってください。",
    ),
    (
        "RB0118",
        "A method holds the variable that it is called on until it has ended, and a closure captures variables, not values. A closure that \
         uses the variable whose method calls it would wait for itself. Take what it needs out of the variable before, in a `let` of its \
         own, or write a `for` loop.",
        "メソッドは終わるまで呼び出し元の変数を保持し、クロージャは値でなく変数を捕捉します。自分を呼び出すメソッドの変数をクロージャの中で使うと、自分自身を待つことになります。必要な値を事前に別の `let` に取り出すか、`for` ループで書いてください。",
    ),
    (
        "RB0201",
        "The command line can't be understood. `runbook COMMAND --help` shows what the command takes. Nothing was run.",
        "コマンドラインを解釈できません。`runbook COMMAND --help` で使い方を確認できます。何も実行していません。",
    ),
    (
        "RB0202",
        "No runbook has that name, or none in the wanted version. `runbook list` shows all; a path begins with `./`.",
        "その名前（または指定した version）のランブックはありません。`runbook list` で一覧を確認できます。パスは `./` で始めます。",
    ),
    (
        "RB0203",
        "A value was given for a parameter that the runbook does not have. `runbook show NAME` lists its parameters.",
        "ランブックにないパラメーターに値が指定されました。パラメーターの一覧は `runbook show NAME` で確認できます。",
    ),
    (
        "RB0204",
        "A value is not what its parameter takes: another type, outside its bounds, none of its choices. The message says where the \
         value came from.",
        "値がパラメーターの条件に合いません（型、範囲、選択肢）。メッセージが値の出どころを示します。",
    ),
    (
        "RB0205",
        "A parameter has no default and got no value. Give it with `--set name=value`, a variable `RUNBOOK_PARAM_NAME`, or the \
         environment's file. Secrets are given with `--set-secret`, also again on a resume.",
        "既定値のないパラメーターに値がありません。`--set name=value`、変数 `RUNBOOK_PARAM_NAME`、環境ファイルのいずれかで指定してください。秘密は `--set-secret` で指定し、再開時にも必要です。",
    ),
    (
        "RB0206",
        "The environment that `--env` names has no file `envs/NAME.toml`, or the file is malformed, or the runbook is not for it.",
        "`--env` の環境のファイル `envs/NAME.toml` がない、壊れている、またはランブックがその環境向けではありません。",
    ),
    (
        "RB0207",
        "The system did not let the program read or write the file; the message has its words. Look at the path, its owner and mode, \
         and the room on the disk.",
        "ファイルの読み書きをシステムが許しませんでした。パス、所有者とモード、ディスクの空きを確認してください。",
    ),
    (
        "RB0208",
        "`runbook.toml` can't be read as settings. All mistakes are told at once, each with its place.",
        "`runbook.toml` を設定として読めません。間違いはすべて位置付きで一度に表示されます。",
    ),
    (
        "RB0209",
        "The runbook `requires` a program that is not on the path, or that has another version. Install it, or extend `PATH`. A \
         version is asked with `--version`; `*` takes any.",
        "ランブックの `requires` にあるプログラムが PATH にないか、バージョンが合いません。インストールするか `PATH` に追加してください。バージョンは `--version` で調べます。`*` なら何でも構いません。",
    ),
    (
        "RB0501",
        "The script threw an error, or one of its own checks failed. What was done is recorded: mend the cause, then `runbook \
         resume` goes on from there and makes nothing twice.",
        "スクリプトがエラーを投げたか、スクリプト自身の検査に失敗しました。済んだことは記録済みです。原因を直してから `runbook resume` で続行でき、二重には実行されません。",
    ),
    (
        "RB0502",
        "A call failed and the script did not survive it. It is definite: the call did nothing. A resume makes this call again, and \
         no other that was made.",
        "呼び出しが失敗し、スクリプトが続行できませんでした。失敗は確定しており、この呼び出しは何もしていません。再開するとこの呼び出しだけがやり直されます。",
    ),
    (
        "RB0503",
        "What a `wait_until` waits for did not come in its time; the message has what it saw last. A resume waits again, with a new \
         time limit.",
        "`wait_until` の待っていた状態が時間内に訪れませんでした。最後に観測した値がメッセージにあります。再開すると新しい期限で待ち直します。",
    ),
    (
        "RB0401",
        "A call to AWS needs credentials, and there are none, they have expired, or they are of another account or region than the guard \
         of the environment says. Nothing was done by the call. Log in (`aws sso login`, `aws login`, another `AWS_PROFILE`), then resume.",
        "AWS の呼び出しに認証情報が必要ですが、存在しないか、期限切れか、環境のガード（アカウント・リージョン）と異なります。この呼び出しでは何も行っていません。ログインし直して（`aws sso login`、`aws login`、`AWS_PROFILE` の切り替え）再開してください。",
    ),
    (
        "RB0504",
        "The script computed too long, held too much memory, recursed or nested too deep. It ends instead of taking the machine down. \
         Most often it is a loop without an end.",
        "スクリプトの計算時間、メモリー、再帰や入れ子が上限を超えました。マシンを巻き込む前に終了します。多くは終わらないループです。",
    ),
    (
        "RB0505",
        "The run reached its time limit. A resume begins with a new one; `--time-limit` or `time_limit` in the runbook changes it.",
        "実行全体の制限時間に達しました。再開すると新しい制限時間で始まります。`--time-limit` またはランブックの `time_limit` で変更できます。",
    ),
    (
        "RB0601",
        "While it ran, the script made a call that no line of `permissions` covers; it was refused before anything was sent. Add the \
         line that the message shows if the call is right.",
        "実行中に `permissions` のどの行にも合わない呼び出しがあり、何も送らずに拒否しました。呼び出しが正しければ、表示された行を追加してください。",
    ),
    (
        "RB0602",
        "The run was begun with `--read-only`, and the script came to a write. Nothing was written. Begin it without the flag to let \
         it write.",
        "`--read-only` の実行で書き込みに達しました。何も書き込んでいません。書き込むにはこのフラグなしで開始してください。",
    ),
    (
        "RB0603",
        "A person declined what was asked. The call was not made. A resume asks again.",
        "人が却下しました。呼び出しは行っていません。再開すると再び確認します。",
    ),
    (
        "RB0604",
        "The policy of the project or the environment forbids the call, whatever the runbook declares: a line of `deny`, a program \
         that is not listed, an effect that is greater than declared, or a frozen time. The message names the line.",
        "プロジェクトまたは環境のポリシーが、ランブックの宣言にかかわらずこの呼び出しを禁止しています（`deny` の行、一覧にないプログラム、宣言より大きい作用、変更凍結）。該当する行がメッセージにあります。",
    ),
    (
        "RB0605",
        "Inside `wait_until` only reads may stand: it asks again and again. Make the write before it, and wait for what it brings \
         about.",
        "`wait_until` の中は何度も繰り返されるため、読み取りしか書けません。書き込みを先に行い、その結果を待ってください。",
    ),
    (
        "RB0701",
        "A write was sent and its answer was lost, so nobody knows whether it happened. It is not made again by itself. Look at the \
         place it should have changed, tell the run with `runbook settle`, then resume.",
        "書き込みを送信しましたが応答が失われ、実行されたかどうか不明です。自動では再送しません。変更先を確認し、`runbook settle` で伝えてから再開してください。",
    ),
    (
        "RB0702",
        "The script asks for something other than what was done at the same place before: its arguments moved, or the text was edited. \
         Nothing was sent. On a terminal `runbook resume` shows both and lets you choose.",
        "スクリプトが、同じ箇所で以前に実行したものと異なることを求めています（引数の変化や編集）。何も送信していません。端末で `runbook resume` を実行すると両方を見て選べます。",
    ),
    (
        "RB0703",
        "The run needs an answer or an approval, and nobody is there. Nothing is lost: `runbook resume` on a terminal, or `runbook \
         answer` and `runbook approve` from elsewhere.",
        "回答または承認が必要ですが、応答できる人がいません。失われるものはありません。端末で `runbook resume`、別の場所から `runbook answer` / `runbook approve` が使えます。",
    ),
    (
        "RB0704",
        "The run was stopped by a signal or by a person, at a point from which it can go on: `runbook resume`.",
        "シグナルまたは人の操作で中断しました。続行できる地点で止まっています: `runbook resume`。",
    ),
    (
        "RB0705",
        "The run was ended for good by `runbook cancel`. It can't be taken up again; `runbook report` tells what it did.",
        "`runbook cancel` で完全に終了しました。再開はできません。実行内容は `runbook report` で確認できます。",
    ),
    (
        "RB0706",
        "The run has no open question: it was answered already, it goes on, or it has ended.",
        "実行に未回答の質問はありません（回答済み、続行中、または終了済み）。",
    ),
    (
        "RB0801",
        "Another process holds the run; only one can go on with it. Wait for it, or stop it there.",
        "別のプロセスがこの実行を保持しています。同時に続行できるのは一つだけです。終わるのを待つか、そちらで止めてください。",
    ),
    (
        "RB0802",
        "A run with changes holds its environment, so that no two change it at once. Wait for the run that the message names, resume \
         it, or cancel it.",
        "変更を行う実行は環境を占有します。表示された実行の終了を待つか、再開または取り消してください。",
    ),
    (
        "RB0803",
        "The run was imported and is not finished. The machine it comes from may still run it, or somebody may resume it there: \
         nobody here can see that. If both go on, neither knows what the other does, and changes are made twice. When it has \
         stopped there and stays so, say so with `--take-over`; where a person can answer, the command asks.",
        "取り込んだ未完了の実行です。元のマシンでまだ動いているか、そこで再開されるかもしれませんが、ここからは分かりません。両方で続けると互いの結果を知らないまま進み、変更が二重に行われます。元の場所で停止済みで再開もされないなら `--take-over` で伝えてください。人が答えられる場合は確認します。",
    ),
    (
        "RB0901",
        "The journal can't be written or read: no room, a disk that fails, a lock that is not given back. The run ended before its \
         next effect; nothing that was recorded is lost.",
        "ジャーナルを読み書きできません（容量不足、ディスク障害、解放されないロック）。次の作用の前に停止しており、記録済みのものは失われません。",
    ),
    (
        "RB0902",
        "A newer version of the program has written the journal. It was left as it is: use the newer program.",
        "新しいバージョンのプログラムが書いたジャーナルです。手を付けていません。新しいプログラムを使ってください。",
    ),
    (
        "RB0903",
        "What is stored is not what was written: the file was changed or damaged. `runbook audit verify` shows how far. Keep a copy \
         before you do anything else.",
        "保存されている内容が書き込み時と異なります（改変または破損）。範囲は `runbook audit verify` で確認できます。何かする前に複製を取ってください。",
    ),
    (
        "RB0904",
        "No run has that id, or several begin with it. `runbook runs` lists them.",
        "その ID の実行はないか、前方一致するものが複数あります。`runbook runs` で一覧を確認できます。",
    ),
    (
        "RB0905",
        "The run is done or cancelled and can't be taken up again. Begin a new one.",
        "実行は完了または取り消し済みで、再開できません。新しく開始してください。",
    ),
    (
        "RB0906",
        "Other users of the machine can read or write the journal, which holds arguments and results. Take their rights away with the \
         command that the message shows.",
        "引数と結果を含むジャーナルを、このマシンの他のユーザーが読み書きできます。表示されたコマンドで権限を外してください。",
    ),
    (
        "RB0907",
        "`runbook runs import` verifies all of a file before anything is stored: every entry's hash, every content, that each run \
         is whole and that a run can have such a record. The message names the line. Copy the file again, or export the run again.",
        "`runbook runs import` は何も保存しないうちにファイル全体を検証します（エントリーのハッシュ、内容、実行に欠けがないこと、記録として成り立つこと）。メッセージが行を示します。ファイルをコピーし直すか、エクスポートし直してください。",
    ),
    (
        "RB0908",
        "The journal has a run of that id whose record is not the beginning of the imported one, nor the other way round. Either \
         two runs drew the same id, or one run went on in two places. Nothing is joined: look at both and decide by hand.",
        "同じ ID の実行が既にあり、どちらの記録も他方の途中までではありません。偶然同じ ID の別の実行か、一つの実行が二か所で続けられたものです。自動では統合しません。両方を見て判断してください。",
    ),
    (
        "RB9901",
        "The program itself has a mistake. The run can be resumed. Please report it with what was printed.",
        "プログラム自体の不具合です。実行は再開できます。表示内容を添えて報告してください。",
    ),
];
