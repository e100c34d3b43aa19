//! The `[policy]` table of an environment or a project: which effects need a confirmation or an approval there. Read here only;
//! what comes of it is decided in `policy`.

use std::collections::BTreeSet;

use super::written::{Fields, Problems, quoted};
use crate::model::diagnostic::did_you_mean;
use crate::model::effect::Effect;

/// Which effects need more than a permission. Layers add up: none can take away what another asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicySettings {
    /// Effects that a person confirms; `--yes` answers for them.
    pub confirm: BTreeSet<Effect>,
    /// Effects that need an approval of the exact call; destroys always do.
    pub approve: BTreeSet<Effect>,
}

impl PolicySettings {
    /// Reads the `policy` table among `fields`, if there is one.
    pub(crate) fn read(fields: &mut Fields, problems: &mut Problems) -> Self {
        let Some(written) = fields.any("policy") else {
            return PolicySettings::default();
        };
        let Some(mut fields) = Fields::of(written, "`policy`", problems) else {
            return PolicySettings::default();
        };
        let confirm = read_effects("confirm", &mut fields, problems);
        let approve = read_effects("approve", &mut fields, problems);
        fields.finish(problems);
        PolicySettings { confirm, approve }
    }

    /// What both ask for.
    #[must_use]
    pub fn and(&self, other: &PolicySettings) -> PolicySettings {
        PolicySettings { confirm: &self.confirm | &other.confirm, approve: &self.approve | &other.approve }
    }
}

fn read_effects(key: &'static str, fields: &mut Fields, problems: &mut Problems) -> BTreeSet<Effect> {
    let writes = Effect::ALL.into_iter().filter(|effect| effect.is_write());
    let words: Vec<&str> = writes.clone().map(Effect::word).collect();
    let mut effects = BTreeSet::new();
    for (word, at) in fields.texts(key, problems) {
        match writes.clone().find(|effect| effect.word() == word) {
            Some(effect) => {
                effects.insert(effect);
            }
            None => {
                let hint = match did_you_mean(word, words.iter().copied()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("possible are {}", quoted(&words)),
                };
                problems.at(at, format!("`{key}` can't hold `{word}`"), hint);
            }
        }
    }
    effects
}
