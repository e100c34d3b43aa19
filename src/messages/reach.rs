//! What is said of connections: authorities that vouch for a server, addresses that are refused, headers.

use super::messages;

messages! {
    it_must_hold_certificates_in_pem_form() {
        "it must hold certificates in PEM form (`-----BEGIN CERTIFICATE-----`)"
        / "PEM 形式の証明書（`-----BEGIN CERTIFICATE-----`）が必要です"
    }
    is_malformed(error) { "is malformed: {error}" / "は形式が正しくありません: {error}" }
    holds_no_certificate() { "holds no certificate" / "に証明書がありません" }
    cannot_be_used(error) { "can't be used: {error}" / "は使えません: {error}" }
    no_certificate_authority_is_known_on_this(error) {
        "no certificate authority is known on this machine: {error}"
        / "このマシンに認証局の証明書がありません: {error}"
    }
    install_the_system_s_certificates_package() {
        "install the system's certificates (package `ca-certificates`), or name some with `ca_file`"
        / "システムの証明書（`ca-certificates` パッケージ）を入れるか、`ca_file` で指定します"
    }
    ca_file_cannot_be(path) { "`ca_file` can't be `{path}`" / "`ca_file` に `{path}` は使えません" }
    it_is_a_path_below_the_project() {
        "it is a path below the project, or an absolute one"
        / "プロジェクトの下のパスか、絶対パスです"
    }
    ca_file_cannot_be_read(path, kind) {
        "`ca_file` `{path}` can't be read: {kind}"
        / "`ca_file` `{path}` を読めません: {kind}"
    }
    ca_file_is_too_large(path, most) {
        "`ca_file` `{path}` is larger than {most} bytes"
        / "`ca_file` `{path}` が {most} バイトを超えています"
    }
    link_local_and_metadata_addresses_give_out() {
        "link-local and metadata addresses give out credentials of the machine, so `http::` never asks them"
        / "リンクローカルとメタデータのアドレスはこのマシンの認証情報を渡すため、`http::` は決して問い合わせません"
    }
    metadata_service() { "a cloud's metadata service" / "クラウドのメタデータサービス" }
    link_local_address() { "a link-local address" / "リンクローカルアドレス" }
    leads_to_a_refused_address(name, host, what) {
        "`{name}` leads to an address that is refused: `{host}` is {what}, and no request goes there"
        / "`{name}` は拒否されるアドレスを指しています: `{host}` は{what}で、リクエストは送りません"
    }
    is_refused(host, what) { "`{host}` is {what}, and no request goes there" / "`{host}` は{what}で、リクエストは送りません" }
    no_client(why) { "no HTTP client could be made: {why}" / "HTTP クライアントを作れません: {why}" }
    request_failed() { "the request failed" / "リクエストに失敗しました" }
    no_name_of_a_header(name) { "`{name}` can't be the name of a header" / "`{name}` はヘッダーの名前にできません" }
    the_header_host_follows_from_the_url() {
        "the header `host` follows from the URL"
        / "ヘッダー `host` は URL から決まります"
    }
    to_reach_another_server_under_the_url() {
        "to reach another server under the URL's name, use `connect_to`"
        / "URL の名前のまま別のサーバーへ送るには `connect_to` を使います"
    }
    the_header_is_the_connection_s_own(parsed) {
        "the header `{parsed}` is the connection's own, and can't be set"
        / "ヘッダー `{parsed}` は接続自身のもので、設定できません"
    }
    the_value_of_the_header_has_a_line(name) {
        "the value of the header `{name}` has a line break or another control character in it"
        / "ヘッダー `{name}` の値に改行などの制御文字があります"
    }
    has_no_address_here(name, why) { "`{name}` has no address: {why}" / "`{name}` のアドレスがありません: {why}" }
}
