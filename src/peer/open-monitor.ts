import type { Network } from '../network/network.ts'
import { NO_REACHABILITY } from '../network/reachability.ts'
import { MetricsLog, readMetrics } from '../storage/metrics-log.ts'
import type { PeerName } from '../strategy/strategy.ts'
import { manifestHash } from '../swarm/manifest.ts'
import { roundsOf } from '../swarm/recipe.ts'
import type { PeerConfig } from './config.ts'
import type { DiskUse } from './disk-use.ts'
import { MEBI } from './limits/amount.ts'
import type { Log } from './log.ts'
import { Monitor } from './monitor/monitor.ts'
import { processReadings } from './monitor/readings.ts'
import type { Undo } from './undo.ts'

export interface MonitorSetup {
  readonly config: PeerConfig
  readonly self: PeerName
  readonly version: string
  readonly log: Log
  /** Takes down what is opened here. */
  readonly undo: Undo
}

/** A monitor that goes on with the curve of earlier lives. `network`: null until there is one. */
export const openMonitor = async (
  { config, self, version, log, undo }: MonitorSetup,
  disk: DiskUse,
  network: () => Network | null
): Promise<Monitor> => {
  const { manifest, role, limits, state } = config
  const metrics = new MetricsLog(state, {
    refused: (reason) => monitor.raise('metrics-stopped', reason),
    recovered: () => monitor.clear('metrics-stopped'),
    history: () => monitor.curve()
  })
  const monitor: Monitor = new Monitor({
    about: {
      version,
      role,
      self,
      addresses: [],
      swarm: {
        name: manifest.name,
        manifest: manifestHash(manifest),
        strategy: manifest.strategy.name,
        topology: manifest.topology.name,
        rounds: roundsOf(manifest.training),
        peers: manifest.shards
      },
      model: { name: manifest.model.name, parameters: 0 },
      backend: 'none'
    },
    readings: processReadings({
      socketSent: () => network()?.socketBytesSent() ?? 0,
      socketReceived: () => network()?.socketBytesReceived() ?? 0,
      reach: () => network()?.reachability() ?? NO_REACHABILITY,
      path: (peer) => network()?.path(peer) ?? null,
      disk: () => disk.latest
    }),
    limits: { memoryBytes: limits.memoryMiB === null ? null : limits.memoryMiB * MEBI },
    onPoint: (point) => metrics.append(point),
    onAlarm: ({ name, text, remedy }, change) => {
      if (change === 'raised') log.warn({ alarm: name, remedy }, text)
      else log.info({ alarm: name }, 'alarm is over')
    }
  })
  const { points, skipped } = await readMetrics(state)
  monitor.restore(points)
  if (skipped > 0) {
    log.warn({ lines: skipped }, 'lines of metrics.jsonl are damaged and have been passed over')
  }
  await disk.look()
  undo.add(() => metrics.close())
  undo.add(() => monitor.close())
  return monitor
}
