/** The rows of every class, ascending. // [classes][rows of the class] */
export const rowsByClass = (labels: Uint8Array, classes: number): number[][] => {
  const rows: number[][] = Array.from({ length: classes }, () => [])
  for (let row = 0; row < labels.length; row++) rows[labels[row]!]!.push(row)
  return rows
}
