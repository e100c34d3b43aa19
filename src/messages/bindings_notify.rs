//! What `notify::` says.

use super::messages;

messages! {
    url_is_secret_as_a_whole() {
        "`url` must be a secret as a whole, or have no secret in it"
        / "`url` は全体が一つの秘密の値であるか、秘密を含まないかのどちらかです"
    }
    make_it_whole() {
        "put it together with `secret::template`, or keep the whole address as the secret"
        / "`secret::template` で組み立てるか、アドレス全体を秘密の値として保存してください"
    }
    is_no_url(error) { "`url` is no URL: {error}" / "`url` は URL ではありません: {error}" }
    is_not_http() { "`url` does not begin with `https://` or `http://`" / "`url` が `https://` か `http://` で始まっていません" }
    no_answer_within(limit) { "no answer within {limit}" / "{limit} 以内に応答がありません" }
    was_answered_with(status, said) { "it was answered with {status}: {said}" / "応答は {status}: {said}" }
    was_not_delivered(why) { "the message was not delivered: {why}" / "メッセージは届きませんでした: {why}" }
    text_is_empty() { "the text is empty" / "本文が空です" }
    text_is_too_long(most) { "the text has more than {most} characters" / "本文が {most} 文字を超えています" }
    is_no_step(variable) {
        "this is no step of GitHub Actions: `{variable}` is not set"
        / "GitHub Actions のステップではありません: `{variable}` が設定されていません"
    }
    summary_is_full(most) { "a runbook may fill {most} KiB of the summary of a step" / "ランブックがステップのサマリーに書けるのは {most} KiB までです" }
    summary_cannot_be_written(error) { "the summary can't be written: {error}" / "サマリーに書き込めません: {error}" }
}
