import { createRequire } from 'node:module'
import type * as prometheus from 'prom-client'
import { METRICS, type MetricKind } from './metrics-table.ts'
import type { PeerStatus } from './status.ts'

/** Of Prometheus' text format, which is also what OpenMetrics scrapers fall back to. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

type Library = Pick<typeof prometheus, 'Registry' | 'Gauge' | 'Counter'>

/**
 * Three files of the library instead of all of it, and none before somebody asks: the rest of it, which
 * measures the process by itself, takes 17 MB more (measured).
 */
const load = (): Library => {
  const require = createRequire(import.meta.url)
  return {
    Registry: require('prom-client/lib/registry'),
    Gauge: require('prom-client/lib/gauge'),
    Counter: require('prom-client/lib/counter')
  }
}

let library: Library | null = null

const add = (
  { Gauge, Counter }: Library,
  registry: prometheus.Registry,
  kind: MetricKind,
  status: PeerStatus
): void => {
  const { name, help, type } = kind
  const samples = kind.read(status).filter(({ value }) => Number.isFinite(value))
  if (samples.length === 0) return
  const options = { name, help, labelNames: [...(kind.labels ?? [])], registers: [registry] }
  if (type === 'gauge') {
    const gauge = new Gauge(options)
    for (const { labels = {}, value } of samples) gauge.set(labels, value!)
  } else {
    const counter = new Counter(options)
    for (const { labels = {}, value } of samples) counter.inc(labels, value!)
  }
}

/** The status as Prometheus reads it. A figure that is not known is left out. */
export const metricsText = (status: PeerStatus): Promise<string> => {
  library ??= load()
  const registry = new library.Registry()
  for (const kind of METRICS) add(library, registry, kind, status)
  return registry.metrics()
}
