import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { type Access, type HostPlan, hasNat, innerAddress, outerAddress } from './plan.ts'
import { ipTool } from './tools.ts'

/** One machine: its own addresses, routes and sockets; files and processors are those of the test. */
export class Host {
  readonly name: string
  readonly subnet: number
  readonly access: Access
  /** What others see; behind a NAT, the router's. */
  readonly outer: string
  /** What the host itself knows of. */
  readonly inner: string
  readonly #namespace: string

  constructor(plan: HostPlan, index: number, namespace: string) {
    this.name = plan.name
    this.subnet = plan.subnet
    this.access = plan.access
    this.outer = outerAddress(plan, index)
    this.inner = hasNat(plan) ? innerAddress(index) : this.outer
    this.#namespace = namespace
  }

  /** The process is the program's own: signals go to it, and its exit is the child's. */
  spawn(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    return spawn(ipTool(), ['netns', 'exec', this.#namespace, program, ...args], options)
  }
}
