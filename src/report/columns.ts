/** Text in columns, for lines that are drawn again and again; widths are those of plain letters. */

export interface Column<T> {
  readonly name: string
  readonly align: 'left' | 'right'
  readonly cell: (row: T) => string
  /** So wide at least: what changes all the time must not move the others. @default 0 */
  readonly least?: number
}

const GAP = '  '

const pad = (text: string, width: number, align: 'left' | 'right'): string =>
  align === 'left' ? text.padEnd(width) : text.padStart(width)

/** A line of names, then a line for each row. */
export const columnLines = <T>(
  columns: readonly Column<T>[],
  rows: readonly T[]
): readonly string[] => {
  const cells = columns.map(({ name, cell }) => [name, ...rows.map(cell)])
  const widths = columns.map(({ least = 0 }, column) =>
    cells[column]!.reduce((width, { length }) => Math.max(width, length), least)
  )
  return Array.from({ length: rows.length + 1 }, (_, line) =>
    columns
      .map(({ align }, column) => pad(cells[column]![line]!, widths[column]!, align))
      .join(GAP)
      .trimEnd()
  )
}
