/** `swarmgrad fetch`: the model of a swarm for somebody who does not take part. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InvalidInputError, RunFailedError } from '../../errors.ts'
import { createProbeNode } from '../../network/probe/probe-node.ts'
import { type FetchedReplica, fetchReplica } from '../../network/replica/fetch-replica.ts'
import { writeFileAtomic } from '../../storage/atomic-file.ts'
import { replicaBytes } from '../../storage/replica-file.ts'
import type { SignedManifest } from '../../swarm/envelope.ts'
import { peerOf } from '../../swarm/multiaddr.ts'
import type { FetchFlags } from '../commands/fetch.ts'
import { canRedraw } from '../live-area.ts'
import { barText } from '../live-table-frame.ts'
import { PlainProgress } from '../plain-progress.ts'
import { harmless } from '../print-error.ts'
import { reasonOf } from '../read-document.ts'
import { resolveSource } from '../swarm/resolve.ts'

const say = (text: string): void => void process.stderr.write(`${harmless(text)}\n`)

const refuse = (path: string, rule: string, remedy: string): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

const fileFor = async (name: string, { out, force }: FetchFlags): Promise<string> => {
  const plain = name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '')
  const file = resolve(out ?? `${plain === '' ? 'model' : plain}.safetensors`)
  const there = await stat(file).catch(() => null)
  if (there === null || (force === true && there.isFile())) return file
  return refuse('--out', `${file} is there already`, 'give another --out, or --force')
}

/** Members by name, each with all of its addresses. */
const sourcesOf = (addresses: readonly string[]) => {
  const sources = new Map<string, string[]>()
  for (const address of new Set(addresses)) {
    const peer = peerOf(address)
    if (peer === null) {
      refuse(
        '--peer',
        `is no multiaddr of a peer: ${address.slice(0, 200)}`,
        'copy one from a member'
      )
    } else sources.set(peer, [...(sources.get(peer) ?? []), address])
  }
  return [...sources].map(([peer, own]) => ({ peer, addresses: own }))
}

/** A bar on a terminal, lines elsewhere. */
const createMeter = () => {
  const plain = new PlainProgress(say, () => performance.now())
  if (!canRedraw(process.stderr, process.env)) {
    return {
      show: (bytes: number, total: number) => plain.show({ stage: 'model', done: bytes / total }),
      stop: () => plain.stop()
    }
  }
  let shown = false
  return {
    show: (bytes: number, total: number) => {
      shown = true
      const done = total === 0 ? 1 : bytes / total
      process.stderr.write(`\r${barText(done)} ${Math.floor(100 * done)} % `)
    },
    stop: () => {
      if (shown) process.stderr.write('\n')
      shown = false
    }
  }
}

const fetchFrom = async (
  { manifest }: SignedManifest,
  addresses: readonly string[],
  { final }: FetchFlags
): Promise<FetchedReplica> => {
  const sources = sourcesOf(addresses)
  if (sources.length === 0) {
    refuse(
      'link',
      'names no address of a member to ask',
      'ask for a new link, or give --peer ADDRESS'
    )
  }
  const node = await createProbeNode()
  const meter = createMeter()
  try {
    return await fetchReplica({
      node,
      manifest,
      sources,
      want: final === true ? 'final' : 'any',
      onProgress: meter.show,
      onFailed: (peer, why) => {
        meter.stop()
        say(`  ${peer} ${why}`)
      }
    })
  } catch (error) {
    if (!(error instanceof RunFailedError)) throw error
    // Each source has been named above.
    const what = final === true ? 'no final model' : 'no model'
    const many = sources.length === 1 ? 'the one member' : `any of the ${sources.length} members`
    throw new RunFailedError(`${what} could be had from ${many} that the link names`, {
      cause: error
    })
  } finally {
    meter.stop()
    await node.stop()
  }
}

const wordsOf = (found: FetchedReplica, file: string): string => {
  const { final, round, samples, signers, from, hash, otherFinals } = found
  const state = final
    ? `final, trained on ${samples?.toLocaleString('en') ?? '?'} examples`
    : `of round ${round.toLocaleString('en')}, the run goes on`
  const signed = `signed by ${signers.length} ${signers.length === 1 ? 'member' : 'members'}`
  const others =
    otherFinals.length === 0
      ? []
      : [
          `  beware    members offer ${otherFinals.length} other final models: the swarm has not ended with one`
        ]
  return [
    file,
    `  model     ${state}`,
    `  hash      ${hash}`,
    `  from      ${from}, ${signed}`,
    ...others
  ].join('\n')
}

export const fetchModel = async (given: string, flags: FetchFlags): Promise<void> => {
  const { signed, peers } = await resolveSource(given)
  const { manifest, hash: manifestHash } = signed
  const file = await fileFor(manifest.name, flags)
  const found = await fetchFrom(signed, [...(flags.peer ?? []), ...peers], flags)
  const { replica, layout, hash, final, round, samples, signers, from, otherFinals } = found
  const metadata = {
    format: 'pt',
    manifest: manifestHash,
    model: manifest.model.name,
    round: String(round),
    final: String(final),
    hash
  }
  await writeFileAtomic(file, replicaBytes(layout, replica, metadata)).catch((error: unknown) => {
    throw new RunFailedError(`cannot write ${file}: ${reasonOf(error)}`, { cause: error })
  })
  const text =
    flags.json === true
      ? JSON.stringify({ file, final, round, samples, hash, signers, from, otherFinals }, null, 2)
      : wordsOf(found, file)
  process.stdout.write(`${harmless(text)}\n`)
}
