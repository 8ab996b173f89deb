/** from, from + 1, ..., to - 1 */
export const range = (from: number, to: number): Int32Array<ArrayBuffer> =>
  Int32Array.from({ length: to - from }, (_, i) => from + i)
