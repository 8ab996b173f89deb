/** `swarmgrad export`: finds a replica, and writes it in a format that others read. */
import { readdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { PeerConfig } from '../../peer/config.ts'
import { writeFileAtomic } from '../../storage/atomic-file.ts'
import { safetensorsBytes } from '../../storage/safetensors-format.ts'
import { SHARD_NAME } from '../../training/export/layers-folder.ts'
import type { ExportFlags } from '../commands/export.ts'
import { describeReplica, type FoundReplica, findReplica } from '../find-replica.ts'
import { loadPeerConfig } from '../peer-config.ts'
import { harmless } from '../print-error.ts'
import { makeFolder } from '../run-folder.ts'
import { checkTarget, modelJsonOf } from './target.ts'

/** Not the model's own: what a run with diagnostics adds. */
const EXTRA = 'diagnostics/'

/** Returns bytes. `format`: what Hugging Face's loaders look for. */
const writeTensors = async (
  out: string,
  { manifest }: PeerConfig,
  found: FoundReplica
): Promise<number> => {
  const { tensors, round, manifest: hash } = found
  const own = Object.entries(tensors).filter(([name]) => !name.startsWith(EXTRA))
  const bytes = safetensorsBytes(Object.fromEntries(own), {
    format: 'pt',
    model: manifest.model.name,
    ...(hash === null ? {} : { manifest: hash }),
    ...(round === null ? {} : { round: String(round) })
  })
  await makeFolder(dirname(resolve(out)))
  await writeFileAtomic(out, bytes)
  return bytes.byteLength
}

/** model.json comes last: a folder that has it is whole. */
const writeLayers = async (
  out: string,
  config: PeerConfig,
  found: FoundReplica
): Promise<number> => {
  const { layersOf } = await import('./layers-of.ts')
  const { modelJson, shards } = await layersOf(config, found)
  await makeFolder(resolve(out))
  await rm(modelJsonOf(out), { force: true })
  for (const name of await readdir(out)) if (SHARD_NAME.test(name)) await rm(join(out, name))
  for (const { name, bytes } of shards) await writeFileAtomic(join(out, name), bytes)
  const text = `${JSON.stringify(modelJson)}\n`
  await writeFileAtomic(modelJsonOf(out), text)
  return shards.reduce((sum, { bytes }) => sum + bytes.byteLength, Buffer.byteLength(text))
}

export const exportModel = async (flags: ExportFlags): Promise<void> => {
  const { out, format, force = false } = flags
  const config = await loadPeerConfig(flags.config)
  await checkTarget(out, format === 'layers' ? 'folder' : 'file', force)
  const found = await findReplica(config, flags.from)
  const write = format === 'layers' ? writeLayers : writeTensors
  const bytes = await write(out, config, found)
  process.stdout.write(harmless(`${out}: ${bytes} bytes, from ${describeReplica(found)}\n`))
}
