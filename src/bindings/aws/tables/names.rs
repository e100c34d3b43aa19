//! What a name of the API reference is in scripts.

/// Words that the general rule would take apart, as the AWS CLI writes them.
const WORDS: &[(&str, &str)] =
    &[("iSCSI", "Iscsi"), ("PartiQL", "Partiql"), ("OAuth2", "Oauth2"), ("WhatsApp", "Whatsapp"), ("HITs", "Hits")];

/// The name of an operation or waiter in scripts, which is its name in the AWS CLI with `_` for `-`: `DescribeDBClusters` is
/// `describe_db_clusters`.
#[must_use]
pub fn function_name(name: &str) -> String {
    let mut name = name.to_owned();
    for (word, plain) in WORDS {
        name = name.replace(word, plain);
    }
    let chars: Vec<char> = lower_plural(&name);
    let mut out = String::with_capacity(chars.len() + 8);
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
        let after = chars.get(at + 1).copied();
        let starts_word = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before != '_'
                    && (before.is_ascii_lowercase()
                        || before.is_ascii_digit()
                        || after.is_some_and(|after| after.is_ascii_lowercase()))
            });
        if starts_word {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The plural of an abbreviation at the end is one word: `DescribeWebACLs` ends with `acls`, not with `ac_ls`.
fn lower_plural(name: &str) -> Vec<char> {
    let mut chars: Vec<char> = name.chars().collect();
    let Some(('s', body)) = chars.split_last().map(|(last, body)| (*last, body)) else { return chars };
    let capitals = body.iter().rev().take_while(|c| c.is_ascii_uppercase()).count();
    if capitals >= 2 {
        let first = chars.len() - 1 - capitals;
        for c in chars.iter_mut().skip(first + 1) {
            c.make_ascii_lowercase();
        }
    }
    chars
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_command_line() {
        for (name, function) in [
            ("DescribeServices", "describe_services"),
            ("DescribeDBClusters", "describe_db_clusters"),
            ("ListObjectsV2", "list_objects_v2"),
            ("GetWebACL", "get_web_acl"),
            ("ListWebACLs", "list_web_acls"),
            ("PutBucketACL", "put_bucket_acl"),
            ("CreateCachediSCSIVolume", "create_cached_iscsi_volume"),
            ("ListHITsForQualificationType", "list_hits_for_qualification_type"),
            ("CreateOAuth2TokenWithIAM", "create_oauth2_token_with_iam"),
            ("GetIPSet", "get_ip_set"),
            ("DescribeVpcs", "describe_vpcs"),
            ("ModifyDBProxyTargetGroup", "modify_db_proxy_target_group"),
            ("CreateHTTPNamespace", "create_http_namespace"),
            ("DescribeIpv6Pools", "describe_ipv6_pools"),
            ("GetSAMLProvider", "get_saml_provider"),
            ("EnableMFADevice", "enable_mfa_device"),
            ("ServicesStable", "services_stable"),
        ] {
            assert_eq!(function_name(name), function, "{name}");
        }
    }
}
