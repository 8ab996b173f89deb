/** A swarm on hosts of its own: made, joined and looked at with the program's own commands. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { Host } from '../harness/host.ts'
import { Internet } from '../harness/internet.ts'
import type { HostPlan } from '../harness/plan.ts'
import { Board } from './board.ts'
import { createSwarm, inviteTo } from './create.ts'
import type { Course } from './document.ts'
import { Member } from './member.ts'

/** Of the long links. */
const DELAY_MS = 50
const LOSS_PER_MILLE = 10

const START_SECONDS = 60

/** Where the peers' logs go after a test; unset: nowhere. */
const LOGS = process.env['NETWORK_LOGS']

const keepLogs = async (members: readonly Member[]): Promise<void> => {
  if (LOGS === undefined) return
  await mkdir(LOGS, { recursive: true })
  for (const { name, exits } of members) {
    for (const [life, { stderr }] of exits.entries()) {
      await writeFile(join(LOGS, `${name}-${life + 1}.log`), stderr)
    }
  }
}

export class HostedSwarm {
  readonly internet: Internet
  readonly board: Board
  /** What `swarm create` has written. */
  readonly file: string
  readonly #folder: string

  private constructor(internet: Internet, board: Board, file: string, folder: string) {
    this.internet = internet
    this.board = board
    this.file = file
    this.#folder = folder
  }

  /** Nobody has joined yet. `maker`: on whose host it is created. */
  static async make(
    t: ExecutionContext,
    hosts: readonly HostPlan[],
    course: Course,
    maker: string
  ): Promise<HostedSwarm> {
    const internet = await Internet.build({
      hosts,
      delayMs: DELAY_MS,
      lossPerMille: LOSS_PER_MILLE
    })
    const board = new Board()
    t.teardown(async () => {
      board.close()
      await internet.close()
      await Promise.all(board.members.map((member) => member.ended()))
      await keepLogs(board.members)
    })
    const folder = join(internet.folder, 'creator')
    await mkdir(folder)
    const file = await createSwarm(internet.host(maker), folder, course)
    return new HostedSwarm(internet, board, file, folder)
  }

  /** `by`: a link, or the swarm's file. */
  async join(host: Host, by: string, name = host.name): Promise<Member> {
    const member = await this.settle(host, name)
    member.join(by)
    return member
  }

  /** A member that has not joined yet. */
  async settle(host: Host, name = host.name): Promise<Member> {
    const member = await Member.at(host, this.internet.folder, name)
    this.board.members.push(member)
    return member
  }

  /** Joins, and resolves once it can be asked. */
  async joinAndAnswer(host: Host, by: string, name = host.name): Promise<Member> {
    const member = await this.join(host, by, name)
    await this.board.until(`${name} answers`, START_SECONDS, () => {
      if (!member.running) throw new Error(`${name} has ended`)
      return (member.status?.addresses.length ?? 0) > 0
    })
    return member
  }

  /** What the member's own user would send to others now. `more`: further addresses to put in. */
  link(member: Member, more: readonly string[] = []): Promise<string> {
    return inviteTo(member.host, this.#folder, this.file, join(member.state, 'peer.json'), more)
  }
}
