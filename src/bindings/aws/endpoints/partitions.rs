//! The parts into which AWS is divided: `aws`, `aws-cn`, `aws-us-gov`, …

use regex::Regex;
use serde::{Deserialize, Serialize};

/// All partitions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partitions(pub Vec<Partition>);

/// A partition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// Its name, as in ARNs.
    pub name: String,
    /// What the names of its regions look like.
    pub region_pattern: String,
    /// Its regions.
    pub regions: Vec<String>,
    /// What host names end with.
    pub dns_suffix: String,
    /// The same for hosts that also have IPv6.
    pub dual_stack_dns_suffix: String,
    /// Whether there are hosts that keep to FIPS 140.
    pub supports_fips: bool,
    /// Whether there are hosts that also have IPv6.
    pub supports_dual_stack: bool,
    /// The region that requests to services without regions are signed for.
    pub implicit_global_region: String,
}

impl Partitions {
    /// The partition of a region: the one that has it, else the one whose regions look like it, else `aws`.
    #[must_use]
    pub fn of_region(&self, region: &str) -> Option<&Partition> {
        let has = |partition: &&Partition| partition.regions.iter().any(|known| known == region);
        let looks =
            |partition: &&Partition| Regex::new(&partition.region_pattern).is_ok_and(|like| like.is_match(region));
        let all = || self.0.iter();
        all().find(has).or_else(|| all().find(looks)).or_else(|| all().find(|partition| partition.name == "aws"))
    }
}
