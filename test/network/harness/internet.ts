/** Hosts and what is between them. Needs root; whatever happens, nothing of it stays (leftovers.ts). */
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDelay } from './delay.ts'
import { Host } from './host.ts'
import { prefixOf, removeLeftovers, removeNamespaces, startJanitor } from './leftovers.ts'
import { checkPlan, hasNat, type Plan, subnetOf } from './plan.ts'
import { firewallRules, homeRules, internetRules } from './rules.ts'
import { find, runTool } from './tools.ts'
import { allNames, hostBatches, internetBatch, lines, type Names, namesOf } from './wiring.ts'

/** Routes differ there and back, which a reverse-path filter would not have; one family of addresses is enough. */
const SETTINGS = [
  'net/ipv4/conf/all/rp_filter=0',
  'net/ipv4/conf/default/rp_filter=0',
  'net/ipv6/conf/all/disable_ipv6=1',
  'net/ipv6/conf/default/disable_ipv6=1'
]

const within = (namespace: string, program: string, ...args: readonly string[]): string[] => [
  'netns',
  'exec',
  namespace,
  find(program)!,
  ...args
]

const settle = (namespace: string, settings: readonly string[]): Promise<string> => {
  const script = settings
    .map((setting) => setting.split('='))
    .map(([name, value]) => `echo ${value} > /proc/sys/${name}`)
    .join(' && ')
  return runTool('ip', within(namespace, 'sh', '-c', script))
}

const addRules = (namespace: string, rules: string): Promise<string> =>
  runTool('ip', within(namespace, 'nft', '-f', '-'), rules)

let built = 0

export class Internet {
  readonly hosts: readonly Host[]
  /** For whatever the hosts write; gone with them. */
  readonly folder: string
  readonly #plan: Plan
  readonly #names: Names
  readonly #delay: ChildProcess
  readonly #dismiss: () => void

  private constructor(
    plan: Plan,
    names: Names,
    folder: string,
    delay: ChildProcess,
    dismiss: () => void
  ) {
    this.#plan = plan
    this.#names = names
    this.folder = folder
    this.#delay = delay
    this.#dismiss = dismiss
    this.hosts = plan.hosts.map((host, index) => new Host(host, index, names.host(index)))
  }

  static async build(plan: Plan): Promise<Internet> {
    checkPlan(plan)
    await removeLeftovers()
    const prefix = `${prefixOf(process.pid)}${built++}-`
    const names = namesOf(prefix, plan)
    const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-network-'))
    const dismiss = startJanitor(prefix, folder)
    for (const name of allNames(names, plan)) {
      await runTool('ip', ['netns', 'add', name])
      await settle(name, SETTINGS)
    }
    await runTool('ip', ['-batch', '-'], lines(names, plan))
    for (const [index, host] of plan.hosts.entries()) {
      for (const [name, batch] of hostBatches(host, index, names)) {
        await runTool('ip', ['-n', name, '-batch', '-'], batch)
      }
      if (hasNat(host)) {
        const router = names.router(index)
        await settle(router, ['net/ipv4/ip_forward=1'])
        await addRules(router, homeRules(host.access))
      } else if (host.access === 'outbound-only') {
        await addRules(names.host(index), firewallRules())
      }
    }
    const { internet } = names
    await settle(internet, ['net/ipv4/ip_forward=1'])
    await addRules(internet, internetRules(plan.lossPerMille))
    const delay = await startDelay(internet, plan.delayMs, folder)
    await runTool('ip', ['-n', internet, '-batch', '-'], internetBatch(plan))
    return new Internet(plan, names, folder, delay, dismiss)
  }

  host(name: string): Host {
    const found = this.hosts.find((host) => host.name === name)
    if (found === undefined) throw new RangeError(`there is no host ${name}`)
    return found
  }

  /** From now on no packet goes from one of these subnets to one of those, nor back; nobody is told. */
  async cut(some: readonly number[], others: readonly number[]): Promise<void> {
    const pairs = some.flatMap((a) =>
      others.flatMap((b) => [`${subnetOf(a)} . ${subnetOf(b)}`, `${subnetOf(b)} . ${subnetOf(a)}`])
    )
    await this.#nft(`add element ip internet cut { ${pairs.join(', ')} }`)
  }

  async heal(): Promise<void> {
    await this.#nft('flush set ip internet cut')
  }

  /** Bytes of IP packets that have been delivered, by `from to`, outer addresses both. */
  async flows(): Promise<ReadonlyMap<string, number>> {
    const { nftables } = JSON.parse(await this.#nft('-j', 'list set ip internet flows')) as {
      readonly nftables: ReadonlyArray<{ readonly set?: { readonly elem?: readonly Flow[] } }>
    }
    const flows = nftables.flatMap(({ set }) => set?.elem ?? [])
    return new Map(flows.map(({ elem }) => [elem.val.concat.join(' '), elem.counter.bytes]))
  }

  /** Packets that the long way has lost. */
  async lost(): Promise<number> {
    const { nftables } = JSON.parse(await this.#nft('-j', 'list counter ip internet lost')) as {
      readonly nftables: ReadonlyArray<{ readonly counter?: { readonly packets: number } }>
    }
    return nftables.flatMap(({ counter }) => counter?.packets ?? [])[0]!
  }

  /** Ends what runs on the hosts, and takes them away. */
  async close(): Promise<void> {
    this.#delay.stdin?.end()
    await removeNamespaces(allNames(this.#names, this.#plan))
    await rm(this.folder, { recursive: true, force: true })
    this.#dismiss()
  }

  #nft(...args: readonly string[]): Promise<string> {
    return runTool('ip', within(this.#names.internet, 'nft', ...args))
  }
}

interface Flow {
  readonly elem: {
    readonly val: { readonly concat: readonly string[] }
    readonly counter: { readonly bytes: number }
  }
}
