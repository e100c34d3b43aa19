//! Rows in columns, aligned by what a screen shows: Japanese takes two columns a character.

use crate::world::escape;
use crate::world::width::{pad, truncate, width};

/// The narrowest that the cut column becomes.
const CUT_MIN: usize = 12;

/// The rows as lines, two spaces between columns. The column `cut` gives way until a line fits into `columns`. All text is
/// made harmless to a terminal.
#[must_use]
pub fn aligned(rows: &[Vec<String>], columns: usize, cut: Option<usize>, ellipsis: &str) -> Vec<String> {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| escape::line(cell).into_owned()).collect()).collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
    let mut widths: Vec<usize> = (0..count).map(|column| widest(column).unwrap_or(0)).collect();
    let whole: usize =
        widths.iter().filter(|width| **width > 0).map(|width| width + 2).sum::<usize>().saturating_sub(2);
    if let Some(cut) = cut.and_then(|cut| widths.get_mut(cut)) {
        let least = CUT_MIN.min(*cut);
        *cut = cut.saturating_sub(whole.saturating_sub(columns)).max(least);
    }
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).filter(|(_, width)| **width > 0);
        let cells: Vec<String> = cells.map(|(cell, width)| pad(&truncate(cell, *width, ellipsis), *width)).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(columns: usize) -> String {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["ID", "RUNBOOK", "SINCE"]), row(["r-8m3x", "障害/起動しない@1.4.0", "17m"])];
        aligned(&rows, columns, Some(1), "…").join("\n")
    }

    #[test]
    fn columns_stand_below_each_other_whatever_the_letters() {
        insta::assert_snapshot!(lines(80), @"
        ID      RUNBOOK                SINCE
        r-8m3x  障害/起動しない@1.4.0  17m
        ");
    }

    #[test]
    fn the_column_that_gives_way_is_cut_and_no_line_is_too_wide() {
        let shown = lines(30);
        insta::assert_snapshot!(shown, @"
        ID      RUNBOOK          SINCE
        r-8m3x  障害/起動しな…   17m
        ");
        assert!(shown.lines().all(|line| width(line) <= 30), "{shown}");
    }

    #[test]
    fn a_column_with_nothing_in_it_takes_no_room() {
        let rows = [vec!["a".to_owned(), String::new(), "b".to_owned()]];
        assert_eq!(aligned(&rows, 80, None, "…"), ["a  b"]);
    }
}
