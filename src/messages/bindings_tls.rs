//! What `tls::` says.

use super::messages;

messages! {
    it_has_no_address() { "it has no address" / "アドレスがありません" }
    cannot_be_connected_to(at, why) { "{at} can't be connected to: {why}" / "{at} に接続できません: {why}" }
    ended_the_connection(at, why) { "{at} ended the connection: {why}" / "{at} が接続を切りました: {why}" }
    has_no_tls(at) { "{at} speaks no TLS" / "{at} は TLS に対応していません" }
    turn_ssl_on() { "set `ssl = on` in its settings" / "サーバーの設定で `ssl = on` にしてください" }
    is_no_postgresql(at) { "{at} does not answer as PostgreSQL does" / "{at} の応答は PostgreSQL のものではありません" }
    tls_cannot_be_set_up(error) { "TLS can't be set up: {error}" / "TLS を準備できません: {error}" }
    expired_at(subject, at) { "`{subject}` ended to be valid at {at}" / "`{subject}` の有効期限は {at} に切れています" }
    valid_only_from(at) { "it is valid only from {at} on" / "有効になるのは {at} からです" }
    for_other_names(host, names) { "it is not for `{host}`, only for {names}" / "`{host}` 用ではなく、{names} 用の証明書です" }
    no_name() { "no name at all" / "名前の指定なし" }
    signed_by_itself() { "it is signed by nobody but itself" / "自己署名の証明書です" }
    unknown_issuer(issuer) { "no trusted authority is called `{issuer}`" / "信頼済みの認証局に `{issuer}` はありません" }
    and_the_chain_may_be_short(told) {
        "{told}; the server sends its own certificate alone, so the one between may be missing"
        / "{told}。サーバーが自身の証明書しか送っていないため、中間証明書の設定漏れかもしれません"
    }
    revoked() { "its authority has taken it back" / "認証局により失効しています" }
    bad_signature() { "its signature does not hold" / "署名が正しくありません" }
    no_handshake(why) { "there is no handshake: {why}" / "ハンドシェイクが成立しません: {why}" }
    took_longer_than(at, limit) { "looking at {at} took longer than {limit}" / "{at} の確認が {limit} 以内に終わりませんでした" }
    is_no_host(text) { "`{text}` is no name or address of a server" / "`{text}` はサーバーの名前でもアドレスでもありません" }
    is_no_host_and_port(text) { "`{text}` is not `host:port`" / "`{text}` は `host:port` の形ではありません" }
    port_is_none() { "0 is no port" / "0 はポートではありません" }
}
