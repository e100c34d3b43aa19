//! What `http::` says when it fails.

use super::messages;

messages! {
    no_http_client_could_be_made(error) {
        "no HTTP client could be made: {error}"
        / "HTTP クライアントを作れません: {error}"
    }
    cannot_ask_whether_delete_was_carried_out(url) {
        "HTTP has no way to ask whether `DELETE {url}` was carried out: look whether what it names is still there"
        / "HTTP には `DELETE {url}` が行われたかを尋ねる方法がありません: 対象がまだあるかを確認してください"
    }
    redirects_too_often(url, most, to) {
        "`{url}` redirects more than {most} times, last to `{to}`"
        / "`{url}` のリダイレクトが {most} 回を超えました（最後は `{to}`）"
    }
    redirects_to_another_server_and_is_not(from, to) {
        "`{from}` redirects to another server, `{to}`, and is not followed there"
        / "`{from}` は別のサーバー `{to}` へリダイレクトしており、たどりません"
    }
    look_at_location_without_follow_redirects() {
        "look at `location` without `follow_redirects`, and ask that URL in a call of its own"
        / "`follow_redirects` なしで `location` を見て、その URL を別の呼び出しで取得します"
    }
    the_body_of_is_larger_than_bytes_status(method, url, limit, status) {
        "the body of `{method} {url}` is larger than {limit} bytes (status {status})"
        / "`{method} {url}` の本文が {limit} バイトを超えています（ステータス {status}）"
    }
    allow_more_with_body_limit_in_bytes() {
        "allow more with `body_limit`, in bytes"
        / "`body_limit`（バイト）で増やせます"
    }
    was_stopped_before_anything_was_sent(to) {
        "{to} was stopped before anything was sent"
        / "{to} は何も送らないうちに中断されました"
    }
    had_no_connection_within(to, timeout) {
        "{to} had no connection within {timeout}"
        / "{to} は {timeout} 以内に接続できませんでした"
    }
    was_sent_and_lost(to, what, seen) {
        "{to} {what}{seen}: it was sent, and may or may not have been carried out"
        / "{to} は{what}{seen}。送信済みで、行われたかは不明です"
    }
    look_at_the_other_side_whether_it_was() {
        "look at the other side whether it was carried out"
        / "相手側で行われたかを確認してください"
    }
    has_no_address(at, why) { "{at} has no address: {why}" / "{at} のアドレスがありません: {why}" }
    look_at_its_records_for_instance_with_dig() {
        "look at its records, for instance with `dig`"
        / "`dig` などでレコードを確認してください"
    }
    cannot_be_asked(url, error) { "`{url}` can't be asked for: {error}" / "`{url}` は取得できません: {error}" }
    the_certificate_of_expired_at(at, not_after) {
        "the certificate of {at} expired at {not_after}"
        / "{at} の証明書は {not_after} に期限切れです"
    }
    it_must_be_renewed_by_whoever_runs() {
        "it must be renewed by whoever runs that server"
        / "サーバーの管理者による更新が必要です"
    }
    the_certificate_of_is_valid_only_from(at, not_before) {
        "the certificate of {at} is valid only from {not_before}"
        / "{at} の証明書は {not_before} から有効です"
    }
    look_at_the_clock_of_this_machine() { "look at the clock of this machine" / "このマシンの時計を確認してください" }
    certificate_is_for_others(at, names, host) {
        "the certificate of {at} is for {names}, not for `{host}`"
        / "{at} の証明書は {names} のもので、`{host}` のものではありません"
    }
    look_whether_the_name_leads_to_the_right() {
        "look whether the name leads to the right server"
        / "名前が正しいサーバーを指しているか確認してください"
    }
    the_certificate_of_was_issued_by_which(at, issuer) {
        "the certificate of {at} was issued by `{issuer}`, which is not trusted here"
        / "{at} の証明書の発行者 `{issuer}` は、ここでは信頼されていません"
    }
    if_it_is_an_authority_of_your_own() {
        "if it is an authority of your own, name its certificate with `ca_file`"
        / "自前の認証局なら、その証明書を `ca_file` で指定します"
    }
    the_certificate_of_is_not_accepted(at, other) {
        "the certificate of {at} is not accepted: {other}"
        / "{at} の証明書を受け入れられません: {other}"
    }
    it_must_be_replaced_by_whoever_runs() {
        "it must be replaced by whoever runs that server"
        / "サーバーの管理者による差し替えが必要です"
    }
    no_name_at_all() { "no name at all" / "名前なし" }
    does_not_speak_tls(at) { "{at} does not speak TLS" / "{at} は TLS で応答しません" }
    is_it_an_address() { "is it an `http:` address?" / "`http:` のアドレスではありませんか？" }
    no_tls_with(at, other) { "no TLS with {at}: {other}" / "{at} と TLS で接続できません: {other}" }
    no_address(why) { "no address: {why}" / "アドレスがありません: {why}" }
    the_name_is_not_known() { "the name is not known" / "名前が見つかりません" }
    cannot_ask_whether_post_was_carried_out(url) {
        "HTTP has no way to ask whether `POST {url}` was carried out: look at what it should have made there"
        / "HTTP には `POST {url}` が行われたかを尋ねる方法がありません: 作られるはずのものを確認してください"
    }
    too_many_redirects(most) {
        "`follow_redirects` can't be more than {most}"
        / "`follow_redirects` は {most} までです"
    }
    a_request_has_one_body_give_body_json() {
        "a request has one body: give `body`, `json` or `form`"
        / "リクエストの本文は一つです: `body`、`json`、`form` のどれかを指定します"
    }
    option_cannot_be_nothing(option) { "`{option}` can't be nothing" / "`{option}` に値がありません" }
    body_limit_is_too_large(most) {
        "`body_limit` can't be more than {most} bytes"
        / "`body_limit` は {most} バイトまでです"
    }
    a_secret_as_a_name(option) {
        "`{option}` has a secret as a name: secrets may stand in values only"
        / "`{option}` の名前に秘密の値があります: 秘密の値は値の側にだけ置けます"
    }
    url_has_a_control_character(url) {
        "the URL `{url}` has a control character in it"
        / "URL `{url}` に制御文字があります"
    }
    is_not_a_url(text, error) { "`{text}` is not a URL: {error}" / "`{text}` は URL ではありません: {error}" }
    write_it_as() { "write it as `https://example.com/path`" / "`https://example.com/path` のように書きます" }
    is_not_spoken_here_only(scheme) {
        "`{scheme}:` is not spoken here, only `http:` and `https:`"
        / "`{scheme}:` は使えません。使えるのは `http:` と `https:` だけです"
    }
    a_url_cannot_hold_a_user() { "a URL can't hold a user or a password" / "URL にユーザー名やパスワードは書けません" }
    send_them_as_a_header() {
        "send them as a header: `headers: #{{ authorization: … }}`"
        / "ヘッダーで送ります: `headers: #{{ authorization: … }}`"
    }
    has_no_host(url) { "`{url}` has no host" / "`{url}` にホストがありません" }
    connect_to_cannot_be(text) { "`connect_to` can't be `{text}`" / "`connect_to` に `{text}` は使えません" }
    write_it_as_2() {
        "write it as `host:port`, `192.0.2.1:443` or `[2001:db8::1]:443`"
        / "`host:port`、`192.0.2.1:443`、`[2001:db8::1]:443` のように書きます"
    }
    connect_to_is_for_a_url() {
        "`connect_to` is for a URL with a name; this one has an address already"
        / "`connect_to` は名前を持つ URL のためのもので、この URL には既にアドレスがあります"
    }
    write_the_address_that_you_want_to_reach() {
        "write the address that you want to reach into the URL"
        / "接続したいアドレスを URL に書きます"
    }
    a_query_holds_text_numbers_bools_and_lists() {
        "a query holds text, numbers, bools, and lists of them"
        / "クエリに使えるのは文字列・数・真偽値と、そのリストです"
    }
    tls_cannot_be_set_up(error) { "TLS can't be set up: {error}" / "TLS を準備できません: {error}" }
    was_stopped() { "was stopped" / "中断されました" }
    had_no_whole_answer_within(limit) { "had no whole answer within {limit}" / "{limit} 以内に応答が完了しませんでした" }
    got_no_whole_answer(error) { "got no whole answer: {error}" / "応答が途中で途切れました: {error}" }
    after_it_had_begun_to_answer(status) {
        " after it had begun to answer with status {status}"
        / "（ステータス {status} の応答が始まった後）"
    }
    what_came_of_it(to, what, seen) { "{to} {what}{seen}" / "{to} は{what}{seen}" }
    did_not_finish_its_handshake_within(at, limit) {
        "{at} did not finish its TLS handshake within {limit}"
        / "{at} の TLS ハンドシェイクが {limit} 以内に終わりませんでした"
    }
    could_not_be_connected_to_within(at, limit) {
        "{at} could not be connected to within {limit}"
        / "{at} に {limit} 以内に接続できませんでした"
    }
    ended_the_handshake(at, error) {
        "{at} ended the TLS handshake: {error}"
        / "{at} が TLS ハンドシェイクを打ち切りました: {error}"
    }
    could_not_be_connected_to(at, error) { "{at} could not be connected to: {error}" / "{at} に接続できませんでした: {error}" }
    more(count) { "{count} more" / "ほか {count} 件" }
    ended_the_handshake_with_an_alert(at, alert) {
        "{at} ended the TLS handshake with the alert `{alert}`"
        / "{at} がアラート `{alert}` で TLS ハンドシェイクを打ち切りました"
    }
    host_at(host, to, port) { "`{host}` (at `{to}:{port}`)" / "`{host}`（接続先 `{to}:{port}`）" }
    query_cannot_be(name, kind) { "`query.{name}` can't be {kind}" / "`query.{name}` に{kind}は使えません" }
    the_calls_token() { "the call's token" / "呼び出しのトークン" }
}
