/** `swarmgrad swarm show`: a manifest in plain words, before anything is joined. */
import { cidOf } from '../../swarm/cid.ts'
import type { ShowFlags } from '../commands/swarm.ts'
import { harmless } from '../print-error.ts'
import { type Estimate, estimate, sumOf } from './estimate.ts'
import { factsText, needFacts } from './needs-text.ts'
import { plainFacts } from './plain-words.ts'
import { type Resolved, resolveSource } from './resolve.ts'

const documentOf = ({ signed, from }: Resolved, needs: Estimate) => {
  const { manifest, hash } = signed
  const { memory, disk, traffic, parameters, leavesOut } = needs
  return {
    cid: cidOf(hash),
    from,
    creator: manifest.creator,
    signature: 'verified',
    parameters,
    needs: {
      memoryBytes: memory && sumOf(memory),
      memory,
      diskBytes: disk && sumOf(disk),
      disk,
      traffic,
      leavesOut
    },
    manifest
  }
}

const textOf = ({ signed, from }: Resolved, needs: Estimate): string => {
  const { manifest, hash } = signed
  const who = [
    { name: 'swarm', lines: [cidOf(hash)] },
    { name: 'from', lines: [from] },
    {
      name: 'signed by',
      lines: [
        manifest.creator,
        'verified: the owner of that key has made it, and nobody has changed it since'
      ]
    }
  ]
  return [
    manifest.name,
    factsText([...who, ...plainFacts(manifest, needs.parameters)]),
    '',
    'What joining takes of this machine, as a trainer with the engine wasm',
    factsText(needFacts(needs, manifest)),
    '',
    'A manifest holds data and never code. Nothing has been joined.'
  ].join('\n')
}

export const showSwarm = async (given: string, { json }: ShowFlags): Promise<void> => {
  const resolved = await resolveSource(given)
  const needs = estimate(resolved.signed.manifest, true)
  const text =
    json === true ? JSON.stringify(documentOf(resolved, needs), null, 2) : textOf(resolved, needs)
  process.stdout.write(`${harmless(text)}\n`)
}
