//! How well a runbook fits the words that somebody looks for.

/// What of a runbook is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Texts<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its tags.
    pub tags: &'a [String],
    /// Its summaries, in both languages.
    pub summaries: [&'a str; 2],
    /// Its prose and what its parameters are for.
    pub prose: &'a str,
}

/// How well the texts fit: 0 when a word is nowhere. A word in the name counts most, then in a tag, a summary, the prose; a whole
/// name or tag counts double.
#[must_use]
pub fn rank(words: &[String], texts: &Texts<'_>) -> u32 {
    let mut sum = 0;
    for word in words.iter().map(|word| word.to_lowercase()) {
        let has = |text: &str| text.to_lowercase().contains(&word);
        let whole = |text: &str| text.to_lowercase() == word;
        let tag = texts.tags.iter().map(|tag| if whole(tag) { 12 } else { 6 * u32::from(has(tag)) }).max().unwrap_or(0);
        let name = match texts.name {
            name if whole(name) || name.rsplit('/').next().is_some_and(whole) => 16,
            name => 8 * u32::from(has(name)),
        };
        let summary = 4 * u32::from(texts.summaries.iter().any(|summary| has(summary)));
        let best = name + tag + summary + u32::from(has(texts.prose));
        if best == 0 {
            return 0;
        }
        sum += best;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_be_found_and_a_name_counts_more_than_prose() {
        let tags = ["ecs".to_owned()];
        let texts = Texts {
            name: "incident/ecs-task-not-starting",
            tags: &tags,
            summaries: ["An ECS task does not start", "ECS タスクが起動しない"],
            prose: "Look at the last stop reason.",
        };
        let of = |words: &[&str]| rank(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), &texts);
        assert!(of(&["起動しない"]) > 0 && of(&["ECS", "reason"]) > 0);
        assert_eq!(of(&["ecs", "aurora"]), 0);
        assert!(of(&["ecs"]) > of(&["task"]) && of(&["task"]) > of(&["reason"]));
        assert!(of(&["ecs-task-not-starting"]) > of(&["ecs-task"]));
    }
}
