/** Why a program ended, of all that it printed on stderr: Node and Python print more around it. */
export const reasonIn = (text: string): string => {
  const lines = text.trim().split('\n')
  const reason = lines.findLast((line) => /^\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1)
  return reason || 'it said nothing'
}
