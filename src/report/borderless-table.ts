import Table from 'cli-table3'

/** Two spaces between columns and no lines: what is printed can be copied, and fits narrow screens. */
const CHARS = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((name) => [name, ''])
)

/** Rows in columns under their names, to the right but for those in `left`. */
export const borderlessTable = (
  head: readonly string[],
  left: readonly string[],
  rows: readonly (readonly string[])[]
): string => {
  const table = new Table({
    head: [...head],
    colAligns: head.map((name) => (left.includes(name) ? 'left' : 'right')),
    chars: { ...CHARS, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 }
  })
  table.push(...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
