/**
 * What a peer that holds a replica has beside its network: the compute thread, the strategy, and what
 * earlier lives have kept. Opened before the network.
 */
import { StateStore } from '../storage/state-store.ts'
import { strangersIn } from '../storage/strangers.ts'
import { STRATEGIES } from '../strategy/registry.ts'
import type { Kinds, PeerName, Strategy } from '../strategy/strategy.ts'
import { type Manifest, manifestHash, recipeOf } from '../swarm/manifest.ts'
import type { Recipe } from '../swarm/recipe.ts'
import { checkLimits } from './check-limits.ts'
import { type ComputeThread, startComputeThread } from './compute-thread.ts'
import type { PeerConfig } from './config.ts'
import { fetchingLog } from './fetching-log.ts'
import { Keeper } from './keeper.ts'
import { dataBytesOf } from './limits/data.ts'
import { limitThreads } from './limits/threads.ts'
import { loadingLog } from './loading-log.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor/monitor.ts'
import { nodeSha256 } from './node-sha256.ts'
import type { Undo } from './undo.ts'

type Record = Kinds['record']

export interface SessionParts {
  readonly config: PeerConfig
  /** Name and version. */
  readonly program: string
  readonly log: Log
  readonly monitor: Monitor
  readonly self: PeerName
  readonly crashed: (error: unknown) => void
  /** Takes down what is opened here. */
  readonly undo: Undo
}

export interface Session {
  readonly manifest: Manifest
  readonly recipe: Recipe
  readonly compute: ComputeThread
  readonly strategy: Strategy<Kinds>
  /** What earlier lives have kept, oldest first. */
  readonly records: readonly Record[]
  readonly keeper: Keeper
  /** The number of the next round, by the checkpoint. */
  readonly round: number
  /** Bytes on the disk. */
  usage(): number
}

const isCheckpoint = (record: Record | undefined): record is Record & { readonly round: number } =>
  record?.kind === 'checkpoint'

const startCompute = async (parts: SessionParts): Promise<ComputeThread> => {
  const { config, log, undo, crashed, self } = parts
  const { manifest, shard, data, weights, initial, trainer, backend, diagnostics } = config
  limitThreads(config.limits.threads)
  const compute = await startComputeThread(
    {
      manifest,
      self,
      shard,
      dataPath: data.path,
      maxDataBytes: dataBytesOf(config.limits),
      cacheFolder: null,
      weightsPath: weights.path,
      initialPath: initial,
      trainer,
      backend,
      diagnostics
    },
    { loading: loadingLog(log), ...fetchingLog(log), crashed }
  )
  undo.add(() => compute.stop())
  for (const sentence of compute.explanation) log.info(`backend ${sentence}`)
  log.info({ backend: compute.backend, rows: compute.rows }, 'data loaded')
  return compute
}

const createKeeper = (store: StateStore<Record>, { log, monitor }: SessionParts): Keeper =>
  new Keeper(store, {
    refused: (what, error) => {
      log.error({ what }, error.message)
      monitor.refused(what, error)
    },
    recovered: (what) => monitor.recovered(what),
    checkpointed: (kept) => {
      log.info(kept, 'checkpoint')
      monitor.checkpointed(kept)
    }
  })

/** @throws InvalidInputError when data, manifest or what is kept cannot be used */
export const openSession = async (parts: SessionParts): Promise<Session> => {
  const { config, log, monitor, undo, self, program } = parts
  const compute = await startCompute(parts)
  const { manifest, layout } = compute
  const recipe = recipeOf(manifest)
  const hash = manifestHash(manifest)
  if (config.initial !== null && config.manifest.initial === undefined) {
    const told = 'begins with this file; only peers with the same one meet'
    log.info({ initial: config.initial, manifest: hash }, told)
  }
  const strategy = STRATEGIES[recipe.strategy.name]!.create(recipe, layout, {
    manifest: hash,
    peers: manifest.shards,
    diagnostics: false,
    sha256: nodeSha256
  })
  for (const warning of await checkLimits(config, compute, strategy)) log.warn(warning)
  const options = {
    layout,
    keep: config.checkpoint.keep,
    program,
    metadata: { format: 'pt', model: recipe.model.name }
  }
  const owner = { manifest: hash, self }
  for (const stranger of await strangersIn(config.state, owner)) {
    log.warn(
      `what ${config.state} holds of this swarm is of another peer (...${stranger}): if identity.key has ` +
        'been damaged or replaced, stop this peer and restore it; it begins as a new one now'
    )
  }
  const opened = await StateStore.open<Record>(config.state, owner, options)
  const { store, records, torn } = opened
  if (torn > 0) log.warn({ bytes: torn }, 'cut off a record that was not written to its end')
  for (const notice of opened.notices) {
    log.warn(notice)
    monitor.raise('state-damaged')
  }
  const keeper = createKeeper(store, parts)
  undo.add(() => keeper.stop())
  const [first] = records
  const round = isCheckpoint(first) ? first.round : 0
  if (records.length > 0) log.info({ round, records: records.length }, 'goes on')
  monitor.resumed(round)
  return { manifest, recipe, compute, strategy, records, keeper, round, usage: () => store.usage }
}
