//! What `load::` says.

use super::messages;

messages! {
    is_no_url(text, error) { "`{text}` is no URL: {error}" / "`{text}` は URL ではありません: {error}" }
    is_no_http_url() {
        "`url` begins with `http` or `https`, and holds no user and no password"
        / "`url` は `http` か `https` で始まり、ユーザー名とパスワードを含まないものです"
    }
    rate_is_from_to(most) { "`rate` is more than 0 and at most {most} a second" / "`rate` は 0 より大きく毎秒 {most} 以下です" }
    duration_is_at_most_an_hour() { "`duration` is more than nothing and at most an hour" / "`duration` は 0 より長く 1 時間以下です" }
    connections_are_from_to(most) { "`connections` are from 1 to {most}" / "`connections` は 1 から {most} までです" }
    stop_at_errors_is_a_share() { "`stop_at_errors` is a share from 0 to 1" / "`stop_at_errors` は 0 から 1 までの割合です" }
    max_requests_are_from_to(most) { "`max_requests` are from 1 to {most}" / "`max_requests` は 1 から {most} までです" }
    is_no_address(text) { "`{text}` is no address with a port" / "`{text}` はポート付きのアドレスではありません" }
    ports_differ(text) { "`url` has another port than `connect_to`, {text}" / "`url` のポートが `connect_to`（{text}）と異なります" }
    no_histogram(error) { "the times can't be kept: {error}" / "時間を記録できません: {error}" }
    so_far(made, all, failed, half, most) {
        "{made} of {all} requests, {failed} failed, p50 {half} ms, p99 {most} ms"
        / "{all} 件中 {made} 件、失敗 {failed} 件、p50 {half} ms、p99 {most} ms"
    }
    was_interrupted(made, all) {
        "the load was interrupted after {made} of {all} requests"
        / "負荷は {all} 件中 {made} 件で中断されました"
    }
    is_made_again() { "with the next `runbook resume` it is made again" / "次の `runbook resume` でやり直します" }
    was_under_way(url, requests, length) {
        "load on {url} ({requests} requests in {length}) was under way; some of it was made, and what was seen is lost. Making it again is \
         more load and changes nothing else"
        / "{url} への負荷（{length} で {requests} 件）の途中でした。一部は送信済みで、測定結果は失われています。やり直しても負荷が増えるだけです"
    }
    no_client(why) { "no HTTP client could be made: {why}" / "HTTP クライアントを作れません: {why}" }
}
