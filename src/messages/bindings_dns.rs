//! What `dns::` says.

use super::messages;

messages! {
    is_no_name(text) { "`{text}` is no domain name" / "`{text}` はドメイン名ではありません" }
    is_an_address(text) { "`{text}` is an address, not a name" / "`{text}` はアドレスで、名前ではありません" }
    addresses_have_ptr() {
        "the name of an address stands in its `PTR` record: `record: \"PTR\"`"
        / "アドレスに対応する名前は `PTR` レコードにあります: `record: \"PTR\"`"
    }
    is_no_record_type(text) { "`{text}` is no type of record" / "`{text}` はレコードの種類ではありません" }
    record_types() {
        "such as `A`, `AAAA`, `CAA`, `CNAME`, `MX`, `NS`, `SOA`, `SRV`, `TXT`, or a number as `TYPE65280`"
        / "例: `A`、`AAAA`、`CAA`、`CNAME`、`MX`、`NS`、`SOA`、`SRV`、`TXT`、番号なら `TYPE65280`"
    }
    is_no_server(text) { "`{text}` is no server" / "`{text}` はサーバーの指定ではありません" }
    server_forms() {
        "an address or a host name, with a port where it is not 53: `192.0.2.1`, `[2001:db8::1]:5353`, `ns1.example.com`"
        / "アドレスかホスト名を、ポートが 53 以外ならポート付きで指定します: `192.0.2.1`、`[2001:db8::1]:5353`、`ns1.example.com`"
    }
    server_has_no_address(text) { "no address of the server `{text}` is known" / "サーバー `{text}` のアドレスが分かりません" }
    no_resolver(file, why) { "no resolver is known: {file}: {why}" / "リゾルバーが分かりません: {file}: {why}" }
    name_a_resolver() { "name one in the call" / "呼び出しで指定してください" }
    names_no_server() { "names no server" / "サーバーの指定がありません" }
    resolvers_are_from_to(most) { "`resolvers` are from 1 to {most}" / "`resolvers` は 1 から {most} 個です" }
    servers_are_at_most(most) { "name servers are at most {most}" / "ネームサーバーは最大 {most} 個です" }
    nobody_delegates_the_root() { "nobody delegates the root" / "ルートゾーンは委任されません" }
    zone_is_not_found(name, server, status) {
        "the zone that `{name}` lies in is not known: {server} says {status}"
        / "`{name}` の属するゾーンが分かりません: {server} の応答は {status}"
    }
    name_the_parent() {
        "name another `resolver`, or the name servers of the zone above in `parent`"
        / "別の `resolver` か、上位ゾーンのネームサーバーを `parent` で指定してください"
    }
    no_servers_of(zone) { "the name servers of `{zone}` are not known" / "`{zone}` のネームサーバーが分かりません" }
    parents_do_not_answer(name, said) {
        "no name server of the zone above `{name}` answers: {said}"
        / "`{name}` の上位ゾーンのネームサーバーがどれも応答しません: {said}"
    }
    hands_out_none() { "the zone above hands out no name server" / "上位ゾーンがネームサーバーを一つも渡していません" }
    parent_disagrees(name, servers) {
        "not all name servers of the zone above hand out the same: {name} hands out {servers}"
        / "上位ゾーンのネームサーバーの間で内容が異なります: {name} が渡すのは {servers}"
    }
    nobody() { "none" / "なし" }
    is_missing(name) { "{name} is not handed out" / "{name} が委任に含まれていません" }
    is_extra(name) { "{name} is handed out and not wanted" / "{name} が余分に委任されています" }
    is_stale(name, address) {
        "{name} ({address}) has an older version of the zone"
        / "{name} ({address}) のゾーンは古い版です"
    }
    is_lame(name, address, status) {
        "{name} ({address}) answers without authority: {status}"
        / "{name} ({address}) はこのゾーンの権威を持っていません: {status}"
    }
    is_dead(name, address, status) { "{name} ({address}) does not answer: {status}" / "{name} ({address}) が応答しません: {status}" }
    is_unresolved(name) { "{name} has no address" / "{name} のアドレスがありません" }
    zone_says(name, servers) {
        "{name} itself says that the name servers are {servers}"
        / "{name} 自身が答えるネームサーバーは {servers} です"
    }
}
