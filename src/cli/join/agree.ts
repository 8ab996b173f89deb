import { createInterface } from 'node:readline/promises'
import { mebibytes } from '../../peer/limits/amount.ts'
import { bytesText } from '../../report/figures.ts'
import type { SignedManifest } from '../../swarm/envelope.ts'
import type { JoinFlags } from '../commands/join.ts'
import { harmless } from '../print-error.ts'
import { estimate, sumOf } from '../swarm/estimate.ts'
import { factsText } from '../swarm/needs-text.ts'
import { plainFacts } from '../swarm/plain-words.ts'

/** In short what a swarm is and takes: `swarm show` has all of it. */
const summaryOf = ({ manifest }: SignedManifest, folder: string): string => {
  const needs = estimate(manifest, false)
  const { memory, disk, traffic } = needs
  const amounts = [
    ...(memory === null ? [] : [`about ${mebibytes(sumOf(memory))} of memory`]),
    ...(disk === null ? [] : [`${mebibytes(sumOf(disk))} of disk`]),
    ...(traffic === null ? [] : [`${bytesText(traffic.roundBytes)} up and down in every round`])
  ]
  const shown = ['model', 'data', 'ends']
  const facts = plainFacts(manifest, needs.parameters).filter(({ name }) => shown.includes(name))
  return [
    manifest.name,
    factsText([
      { name: 'signed by', lines: [manifest.creator] },
      ...facts,
      { name: 'takes', lines: amounts.length === 0 ? ['what its data make of it'] : amounts },
      { name: 'lives in', lines: [folder] }
    ])
  ].join('\n')
}

/** Whether the swarm is to be joined: asked on a terminal only, and not where the flag --yes says so. */
export const agree = async (
  signed: SignedManifest,
  folder: string,
  { yes, json }: JoinFlags,
  signal: AbortSignal
): Promise<boolean> => {
  const { stdin, stderr } = process
  if (json !== true) stderr.write(`\n${harmless(summaryOf(signed, folder))}\n\n`)
  if (yes === true || json === true || !stdin.isTTY || !stderr.isTTY) return true
  const lines = createInterface({ input: stdin, output: stderr })
  // Readline takes Ctrl-C for itself.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    const answer = await lines.question('Join it? [Y/n] ', { signal })
    return /^\s*(y|yes|)\s*$/i.test(answer)
  } catch {
    return false
  } finally {
    lines.close()
  }
}
