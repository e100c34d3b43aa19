//! The Japanese help of the command line, by command and argument. Its English stands with the arguments, where the library that
//! reads them wants it; a test sees that nothing is missing here.

use super::messages;

messages! {
    usage() { "Usage:" / "使い方:" }
    commands() { "Commands" / "コマンド" }
    arguments() { "Arguments" / "引数" }
    options() { "Options" / "オプション" }
    default_value(value) { "[default: {value}]" / "[既定値: {value}]" }
    possible_values(values) { "[possible values: {values}]" / "[使える値: {values}]" }
    variable(name) { "[env: {name}]" / "[環境変数: {name}]" }
    error(what) { "error: {what}" / "エラー: {what}" }
    see_help(command) { "For more information, try '{command} --help'." / "詳しくは '{command} --help' を見てください。" }
    did_you_mean(name) { "did you mean '{name}'?" / "もしかして '{name}'？" }
    unexpected_argument(argument) { "unexpected argument '{argument}' found" / "引数 '{argument}' は使えません" }
    unrecognized_command(command) { "unrecognized subcommand '{command}'" / "コマンド '{command}' はありません" }
    invalid_value(value, argument) { "invalid value '{value}' for '{argument}'" / "'{argument}' に値 '{value}' は使えません" }
    invalid_value_because(value, argument, why) {
        "invalid value '{value}' for '{argument}': {why}"
        / "'{argument}' に値 '{value}' は使えません: {why}"
    }
    missing_value(argument) { "a value is required for '{argument}' but none was supplied" / "'{argument}' には値が必要です" }
    missing_arguments(arguments) {
        "the following required arguments were not provided: {arguments}"
        / "必要な引数がありません: {arguments}"
    }
    given_twice(argument) { "the argument '{argument}' cannot be used multiple times" / "'{argument}' は一度しか使えません" }
    a_number_is_wanted() { "a number is wanted" / "数で指定します" }
    conflict(argument, other) {
        "the argument '{argument}' cannot be used with '{other}'"
        / "'{argument}' は '{other}' と一緒に使えません"
    }
}

/// What stands for a command's own line, where an argument's name is asked for.
pub const ABOUT: &str = "about";
/// What stands for the text after a command's arguments.
pub const AFTER: &str = "after";
/// The command that stands for the program itself; its arguments are those of every command.
pub const PROGRAM: &str = "runbook";

const TABLE: &[(&str, &[(&str, &str)])] = &[
    (
        PROGRAM,
        &[
            (ABOUT, "落ちても続きから動く運用手順"),
            (
                "long",
                "Rhai で書いた運用手順を実行します。落ちても続きから再開でき、何にも触れずに計画を見られ、記録が残ります。",
            ),
            (
                AFTER,
                "終了コード: 0 正常、1 ランブックの失敗、2 使い方の誤り、3 指摘あり、4 認証情報、5 待機中、6 拒否、\
                 7 結果不明または記録と相違、8 別の実行が使用中、70 バグ、129/130/143 中断（再開可能）。\n\n\
                 利用状況の送信も更新の確認もしません。スクリプトが求めない通信はしません。",
            ),
            ("color", "色を使う場面"),
            ("ascii", "ASCII 文字だけで描く"),
            ("lang", "表示する言語"),
            ("output", "標準出力に出す結果の形式"),
            ("non_interactive", "何も質問しない。答えが必要になったら実行を止める"),
            ("state_dir", "ジャーナルのフォルダー"),
            ("help", "ヘルプを表示（`-h` は要約）"),
            ("version", "バージョンを表示"),
        ],
    ),
    (
        "run",
        &[
            (ABOUT, "ランブックを実行する"),
            (
                AFTER,
                "例:\n  runbook run verify-waf --env prod\n  runbook run ./migrate.rhai --set database=orders\n  \
                 runbook run verify-waf --env prod --read-only --output ndjson",
            ),
            ("runbook", "名前（`verify-waf`、`verify-waf@^1.2`）かパス（`./verify-waf.rhai`）"),
            ("set", "パラメーターを指定する"),
            ("set_secret", "秘密のパラメーターを標準入力（`-`）、ファイル（`@FILE`）、環境変数（`env:NAME`）から渡す"),
            ("environment", "パラメーター・ガード・ポリシーを `envs/NAME.toml` から読む"),
            ("read_only", "読み取り以外をすべて拒否する"),
            ("yes", "単純な確認には「はい」と答える。承認には答えない"),
            ("time_limit", "実行の制限時間（例: `2h`）"),
        ],
    ),
    (
        "resume",
        &[
            (ABOUT, "止まった、または落ちた実行を再開する"),
            (
                AFTER,
                "実行済みのことは繰り返しません。完了したステップは飛ばし、記録済みの書き込みはジャーナルの結果を使い、\
                 結果不明のものを先に確認します。",
            ),
            ("run", "ID、またはその先頭部分。省略すると最新の未完了の実行"),
            ("edited", "固定された内容でなく、今のランブックの内容を使う"),
            ("skip", "開始済みで未完了のステップを飛ばす: 名前か、表示されるパス（`outer › inner`）"),
            ("reason", "飛ばす理由。すべての報告に載る"),
            ("value", "飛ばしたステップの値とするもの"),
            ("take_over", "取り込んだ実行を続ける: 元の場所では停止済みで、そこで再開する人もいない"),
            ("set_secret", "秘密のパラメーターを再入力する: `-`（標準入力）、`@FILE`、`env:NAME`"),
            ("yes", "単純な確認には「はい」と答える。承認には答えない"),
        ],
    ),
    (
        "cancel",
        &[
            (ABOUT, "実行を取りやめる: 未了の後始末を行い、以後は再開できない"),
            ("run", "ID、またはその先頭部分"),
            ("reason", "理由"),
            ("undo", "実行が登録した取り消しを新しい順に行う"),
            ("take_over", "取り込んだ実行を終わらせる: 元の場所では停止済みで、そこで再開する人もいない"),
            ("set_secret", "秘密のパラメーターを再入力する: `-`（標準入力）、`@FILE`、`env:NAME`"),
        ],
    ),
    (
        "plan",
        &[
            (ABOUT, "何をするかを見る: 読み取りは行い、書き込みは示すだけ"),
            ("runbook", "名前かパス"),
            ("set", "パラメーターを指定する"),
            ("set_secret", "秘密のパラメーターを標準入力（`-`）、ファイル（`@FILE`）、環境変数（`env:NAME`）から渡す"),
            ("environment", "パラメーター・ガード・ポリシーを `envs/NAME.toml` から読む"),
        ],
    ),
    (
        "check",
        &[
            (ABOUT, "実行せずにランブックの問題を見つける"),
            (
                AFTER,
                "問題があれば（--fix の後に残っていれば）終了コードは 3。--fix が変えるのはこのプロジェクトのファイルだけで、権限は増やしません。\n\
                 `--output json` は `terraform validate -json` と同じ形です。",
            ),
            ("runbooks", "名前かパス。省略するとプロジェクトのすべてのランブック"),
            ("environment", "`envs/NAME.toml` のポリシーが先に人に尋ねるものも示す"),
            ("deny", "警告も失敗にする"),
            ("fix", "確実に直せるものを直す: 名前の打ち間違い、どの呼び出しも使わない権限"),
            ("watch", "終了せず、スクリプトが変わるたびにチェックし直す。Ctrl-C で終了"),
        ],
    ),
    (
        "list",
        &[
            (ABOUT, "ここで使えるランブックを一覧する"),
            ("word", "名前・概要・タグにこの語を含むものだけ"),
        ],
    ),
    (
        "show",
        &[
            (ABOUT, "ランブック、または実行とその呼び出しを見る"),
            (AFTER, "例:\n  runbook show verify-waf\n  runbook show r-8m3x\n  runbook show r-8m3x --step 12\n  runbook show r-8m3x --call 12"),
            ("what", "ランブックの名前かパス、または実行の ID かその先頭部分"),
            ("call", "実行の一つの呼び出しをすべて表示"),
            ("step", "実行の一つの呼び出しの要点: 入力、結果、シークレットの参照、承認、時間"),
        ],
    ),
    (
        "runs",
        &[
            (ABOUT, "過去と未完了の実行を新しい順に一覧する。別のマシンへ運び、古いものを削除する"),
            ("runbook", "このランブックの実行だけ"),
            ("state", "この状態の実行だけ（例: `failed`、`in doubt`）"),
            ("limit", "最大の件数。0 はすべて"),
        ],
    ),
    (
        "runs export",
        &[
            (ABOUT, "実行を一つのファイルに書き出す。別のマシンで `runbook runs import` が取り込む"),
            (
                AFTER,
                "ファイルにはすべてのエントリーとそのハッシュ、参照先のテキストと値が JSON Lines で入ります。\
                 シークレットはジャーナルと同じく参照だけです。\n\n例:\n  runbook runs export r-8m3x -o r-8m3x.jsonl\n  \
                 runbook runs export r-8m3x | ssh other runbook runs import -",
            ),
            ("runs", "ID、またはその先頭部分"),
            ("file", "標準出力の代わりに、本人だけが読めるファイルに書く"),
        ],
    ),
    (
        "runs import",
        &[
            (ABOUT, "`runbook runs export` が書いた実行を取り込む"),
            (
                AFTER,
                "何も保存しないうちにファイル全体を検証し、すべての実行を取り込むか、一つも取り込みません。\
                 ID とハッシュは元のままで、取り込んだものとして記録に残ります。既にある実行には、他所で進んだ続きを加えます。\n\n\
                 ハッシュが示すのは記録後に変更がないことだけで、誰が記録したかではありません。信頼できる相手のものを取り込んでください。",
            ),
            ("file", "ファイル。`-` は標準入力"),
        ],
    ),
    (
        "runs prune",
        &[
            (ABOUT, "終了した実行をジャーナルから削除する"),
            (
                AFTER,
                "削除するのは完了または中止した実行と、他の実行が参照していない内容だけです。削除した実行ごとに、\
                 何がどう終わったか、最後のハッシュ、誰が削除したかが残り、`runbook audit verify` が示します。\
                 他の実行のハッシュは引き続き検証できます。\n\n例:\n  runbook runs prune --older-than 90d --dry-run\n  \
                 runbook runs prune --older-than 90d --keep 3 --export old-runs.jsonl\n  runbook runs prune r-8m3x --yes",
            ),
            ("runs", "ID、またはその先頭部分"),
            ("older_than", "最後のエントリーがこれより古い実行（例: `90d`）"),
            ("keep", "ランブックごとに新しいものからこの件数を残す"),
            ("export", "先に `runbook runs import` で取り込めるファイルに書き出す"),
            ("dry_run", "削除対象を示すだけ"),
            ("yes", "確認せずに削除する"),
        ],
    ),
    (
        "report",
        &[
            (ABOUT, "実行が何をしたかを報告する"),
            (
                AFTER,
                "`--output json` は一つのオブジェクトを出します（`type` は `report`）。スキーマは増えるだけです。\n\n例:\n  \
                 runbook report r-8m3x --format markdown\n  runbook report r-8m3x --format html -o r-8m3x.html",
            ),
            ("run", "ID、またはその先頭部分。省略すると最新の実行"),
            ("format", "文書として出力する: Markdown、または何も読み込まない単一の HTML ファイル"),
            ("file", "標準出力の代わりに、本人だけが読めるファイルに書く"),
        ],
    ),
    (
        "settle",
        &[
            (ABOUT, "結果不明の呼び出しが実行されたかどうかを伝える"),
            (
                AFTER,
                "例:\n  runbook settle r-8m3x                       結果不明のものを見る\n  \
                 runbook settle r-8m3x 17 --happened '{\"id\": 5}'\n  \
                 runbook settle r-8m3x 17 --did-not-happen --reason 'コンソールで確認'",
            ),
            ("run", "ID、またはその先頭部分"),
            ("call", "呼び出しの番号"),
            ("happened", "実行されていた。JSON はその結果"),
            ("did_not_happen", "実行されていない。次の再開で実行してよい"),
            ("reason", "そう判断した根拠"),
        ],
    ),
    (
        "answer",
        &[
            (ABOUT, "実行の質問に別の端末から答える"),
            (
                AFTER,
                "例:\n  runbook answer r-8m3x              ここで質問に答える\n  runbook answer r-8m3x yes\n  \
                 runbook answer r-8m3x 'roll back'  選択肢の一つ、またはその番号\n\n承認は `runbook approve` で与えます。",
            ),
            ("run", "ID、またはその先頭部分"),
            ("value", "回答: yes か no、選択肢またはその番号、文字列。手作業には `done` か確認した内容"),
        ],
    ),
    (
        "approve",
        &[
            (ABOUT, "実行が待っている承認を別の端末から与える"),
            (
                AFTER,
                "呼び出しをそのまま示し、端末で語句の入力を求めます。承認はその実行のその呼び出し一回だけに有効で、\
                 期限があります。",
            ),
            ("run", "ID、またはその先頭部分"),
        ],
    ),
    (
        "log",
        &[
            (ABOUT, "実行の呼び出しを順に一覧する"),
            (AFTER, "例:\n  runbook log r-8m3x\n  runbook log r-8m3x --as shell      同じことをするコマンド\n  runbook log r-8m3x --as aws-cli    AWS CLI のコマンド"),
            ("run", "ID、またはその先頭部分。省略すると最新の実行"),
            ("form", "呼び出しをコマンドとして表示する"),
        ],
    ),
    (
        "handover",
        &[
            (ABOUT, "引き継ぐ人のために実行の状況を伝える"),
            ("run", "ID、またはその先頭部分。省略すると最新の実行"),
            ("note", "先に記録へ書き込むメモ"),
        ],
    ),
    (
        "note",
        &[
            (ABOUT, "実行の記録にメモを書き込む"),
            (
                AFTER,
                "停止中または終了した実行に書き込めます。すべての報告に表示されます。\n\n例:\n  \
                 runbook note r-8m3x 'web:87 は起動済み、2 台目を待機中'",
            ),
            ("run", "ID、またはその先頭部分"),
            ("text", "残しておく内容"),
        ],
    ),
    ("audit", &[(ABOUT, "ジャーナルの問題を探す")]),
    (
        "audit verify",
        &[
            (ABOUT, "改変がないこと、削除が承認済みであることを検証する"),
            (AFTER, "問題があれば終了コード 3、なければ 0。何も変更しません。"),
            ("run", "この実行だけを見る"),
            ("since", "この期間内に始まった実行だけを見る（例: `30d`）"),
        ],
    ),
    (
        "init",
        &[
            (ABOUT, "このフォルダーをプロジェクトにする"),
            (AFTER, "既にあるものはそのままにします。新しく書き直すのはエディター用の定義だけです。"),
        ],
    ),
    (
        "manual",
        &[
            (ABOUT, "スクリプトから呼べるものを説明する"),
            (AFTER, "例:\n  runbook manual\n  runbook manual http\n  runbook manual http::get\n  runbook manual step"),
            ("name", "関数、言語の語、または名前空間"),
            ("markdown", "全体を Markdown で出力する"),
        ],
    ),
    (
        "search",
        &[
            (ABOUT, "名前・概要・タグ・本文の語でランブックを探す"),
            (AFTER, "例:\n  runbook search 証明書 更新"),
            ("words", "すべて含まれるべき語"),
        ],
    ),
    (
        "aws-tables",
        &[
            (ABOUT, "公開モデルから AWS サービスの表を作る"),
            ("from", "パッケージの `botocore/data` フォルダー"),
            ("to", "表の書き込み先"),
            ("check", "このプログラムの表との差分だけを表示する"),
        ],
    ),
    (
        "completions",
        &[(ABOUT, "シェルでのコマンドライン補完の設定を示す"), ("shell", "シェル")],
    ),
    (
        "explain",
        &[
            (ABOUT, "メッセージのコードを説明する"),
            (AFTER, "例:\n  runbook explain RB0701\n  runbook explain        すべてのコードと見出し"),
            ("code", "コード（例: `RB0701`）"),
        ],
    ),
    (
        "doctor",
        &[
            (ABOUT, "このマシンの準備が整っているかを調べる"),
            (AFTER, "このマシンだけを調べます。通信も変更もしません。\n直すべきものがあれば終了コード 3、なければ 0。"),
        ],
    ),
    ("config", &[(ABOUT, "ここで有効な設定を示す")]),
    (
        "config show",
        &[
            (ABOUT, "ここで有効な設定を 1 行ずつ示す"),
            (
                AFTER,
                "設定はプロジェクトの `runbook.toml`、利用者の `~/.config/runbook/config.toml`、--env では `envs/NAME.toml` から読みます。\n\
                 ポリシーは合わさり、どれも厳しくする方向にだけ働きます。\n\n例:\n  runbook config show --origin --env prod",
            ),
            ("origin", "それぞれの設定の出どころも示す"),
            ("environment", "この環境の設定も示す"),
        ],
    ),
    (
        "new",
        &[
            (ABOUT, "新しいランブックのひな形を書く"),
            ("name", "名前: 英小文字・数字・`-`、フォルダーは `/`"),
            ("template", "ひな形の種類"),
        ],
    ),
];

/// The Japanese text for an argument of a command, or for [`ABOUT`] or [`AFTER`]. What every command has stands with [`PROGRAM`].
#[must_use]
pub fn japanese(command: &str, argument: &str) -> Option<&'static str> {
    let of = |command: &str| {
        let (_, texts) = TABLE.iter().find(|(name, _)| *name == command)?;
        texts.iter().find(|(name, _)| *name == argument).map(|(_, text)| *text)
    };
    let common = argument != ABOUT && argument != AFTER;
    of(command).or_else(|| if common { of(PROGRAM) } else { None })
}
