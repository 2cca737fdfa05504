//! Prints a table as text. The first column is aligned to the left, the others to the right.

/// Prints the rows below the heads and a line.
pub(crate) fn print<const COLUMNS: usize>(
    title: &str,
    heads: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .chain([heads[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    let line = |cells: [&str; COLUMNS]| {
        let cells = cells.iter().zip(widths).enumerate();
        let cells = cells.map(|(column, (cell, width))| {
            if column == 0 {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            }
        });
        println!("  {}", cells.collect::<Vec<_>>().join("  "));
    };
    println!("\n{title}");
    line(heads);
    println!(
        "  {}",
        "-".repeat(widths.iter().sum::<usize>() + 2 * (COLUMNS - 1))
    );
    for row in rows {
        line(row.each_ref().map(String::as_str));
    }
}
