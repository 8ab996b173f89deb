/** The hosts themselves, with plain sockets: every obstacle that other tests rely on proves that it is there. */
import test from 'ava'
import type { Connected, End } from './harness/agent-tasks.ts'
import { Internet } from './harness/internet.ts'
import { whatIsMissing } from './harness/missing.ts'
import type { Plan } from './harness/plan.ts'
import { type Agent, startAgent } from './harness/start-agent.ts'

const missing = await whatIsMissing()

const DELAY_MS = 50

const hosts: Plan['hosts'] = [
  { name: 'pub1', subnet: 1, access: 'public' },
  { name: 'pub2', subnet: 2, access: 'public' },
  { name: 'pub3', subnet: 2, access: 'public' },
  { name: 'home1', subnet: 3, access: 'port-restricted' },
  { name: 'home2', subnet: 4, access: 'port-restricted' },
  { name: 'sym1', subnet: 3, access: 'symmetric' },
  { name: 'sym2', subnet: 4, access: 'symmetric' },
  { name: 'out1', subnet: 1, access: 'outbound-only' },
  { name: 'out2', subnet: 2, access: 'outbound-only' }
]

/** Enough for the three SYNs that Linux sends in seven seconds. */
const PATIENCE_MS = 8000

type Call = Connected | { readonly error: string }

const isConnected = (call: Call): call is Connected => 'heard' in call

if (missing === null) {
  let internet: Internet
  let agents: ReadonlyMap<string, Agent>

  test.before(async () => {
    internet = await Internet.build({ hosts, delayMs: DELAY_MS, lossPerMille: 0 })
    agents = new Map(internet.hosts.map((host) => [host.name, startAgent(host)]))
    for (const name of ['pub1', 'pub2', 'pub3']) await agents.get(name)!.ask('listen', { port: 80 })
  })
  test.after.always(async () => internet?.close())

  const agent = (name: string): Agent => agents.get(name)!
  const outer = (name: string, port: number): End => ({ host: internet.host(name).outer, port })

  const call = (from: string, to: string, port = 80, localPort = 0): Promise<Call> =>
    agent(from).ask('connect', { to: outer(to, port), localPort, deadlineMs: PATIENCE_MS })

  /** The port under which a public host sees who calls it from this local port. */
  const seenAs = async (from: string, by: string, localPort: number): Promise<number> => {
    const before = (await agent(by).ask('callers', {})).length
    const answer = await call(from, by, 80, localPort)
    if (!isConnected(answer)) throw new Error(`${from} cannot call ${by}: ${answer.error}`)
    const { host, port } = (await agent(by).ask('callers', {}))[before]!
    if (host !== internet.host(from).outer) throw new Error(`${by} is called by ${host}`)
    return port
  }

  /** Both call each other at once, from the ports under which they would be seen if the router keeps them. */
  const punch = (a: string, b: string, port: number): Promise<readonly Call[]> =>
    Promise.all([
      agent(a).ask('punch', { to: outer(b, port), localPort: port, deadlineMs: PATIENCE_MS }),
      agent(b).ask('punch', { to: outer(a, port), localPort: port, deadlineMs: PATIENCE_MS })
    ])

  test.serial('should take the delay twice for a handshake across subnets', async (t) => {
    const far = await agent('pub1').ask('handshake', { to: outer('pub2', 80), times: 5 })
    const near = await agent('pub3').ask('handshake', { to: outer('pub2', 80), times: 5 })
    t.log(`${far.toFixed(1)} ms across, ${near.toFixed(1)} ms within`)
    t.true(far >= 2 * DELAY_MS)
    t.true(near < 2 * DELAY_MS)
  })

  for (const name of ['home1', 'sym1', 'out1']) {
    test.serial(`should let ${name} call and nobody call ${name}`, async (t) => {
      await agent(name).ask('listen', { port: 81 })
      t.true(isConnected(await call(name, 'pub1')))
      t.true(isConnected(await call(name, 'pub2')))
      const strangers = ['pub1', 'pub2', 'home2']
      const calls = await Promise.all(strangers.map((stranger) => call(stranger, name, 81)))
      t.deepEqual(
        calls,
        strangers.map(() => ({ error: 'deadline' }))
      )
      t.deepEqual(await agent(name).ask('callers', {}), [])
    })
  }

  test.serial(
    'should keep the outer port of a port-restricted host whomever it calls',
    async (t) => {
      const ports = [
        await seenAs('home1', 'pub1', 5001),
        await seenAs('home1', 'pub2', 5001),
        await seenAs('home1', 'pub3', 5001)
      ]
      t.deepEqual(ports, [5001, 5001, 5001])
    }
  )

  test.serial('should give a symmetric host another outer port for everybody', async (t) => {
    const ports = [
      await seenAs('sym1', 'pub1', 5001),
      await seenAs('sym1', 'pub2', 5001),
      await seenAs('sym1', 'pub3', 5001)
    ]
    t.is(new Set([5001, ...ports]).size, 4, ports.join(' '))
  })

  test.serial('should let in only whom the very port has called', async (t) => {
    await agent('home2').ask('bind', { port: 6001 })
    for (const port of [6001, 6002]) await agent('pub2').ask('bind', { port })
    await agent('pub3').ask('bind', { port: 6001 })
    const send = (from: string, port: number, to: End, word: string): Promise<null> =>
      agent(from).ask('post', { from: port, to, word, count: 1 })
    await send('home2', 6001, outer('pub2', 6001), 'question')
    const [question] = await agent('pub2').ask('mail', { port: 6001, until: 'question' })
    t.deepEqual(question?.from, outer('home2', 6001))
    // All take the same way, which keeps their order: once the last has come, the others will not.
    await send('pub3', 6001, outer('home2', 6001), 'of a stranger')
    await send('pub2', 6002, outer('home2', 6001), 'of another port')
    await send('pub2', 6001, outer('home2', 6001), 'answer')
    const mail = await agent('home2').ask('mail', { port: 6001, until: 'answer' })
    t.deepEqual(mail, [{ word: 'answer', from: outer('pub2', 6001) }])
  })

  for (const other of ['home2', 'out2']) {
    test.serial(`should let home1 and ${other} open one connection from both ends`, async (t) => {
      const calls = await punch('home1', other, 7001)
      t.true(calls.every(isConnected), JSON.stringify(calls))
    })
  }

  for (const [a, b] of [
    ['home1', 'sym2'],
    ['sym1', 'sym2'],
    ['out1', 'out2'],
    ['out1', 'sym2']
  ] as const) {
    test.serial(`should not let ${a} and ${b}`, async (t) => {
      const calls = await punch(a, b, 7002)
      t.false(calls.some(isConnected), JSON.stringify(calls))
    })
  }

  test.serial(
    'should deliver nothing across a cut, and everything once it is healed',
    async (t) => {
      await internet.cut([1, 3], [2, 4])
      t.deepEqual(await call('pub1', 'pub2'), { error: 'deadline' })
      t.deepEqual(await call('home2', 'pub1'), { error: 'deadline' })
      t.true(isConnected(await call('home1', 'pub1')))
      t.true(isConnected(await call('pub3', 'pub2')))
      await internet.heal()
      t.true(isConnected(await call('pub1', 'pub2')))
      t.true(isConnected(await call('home2', 'pub1')))
    }
  )

  test.serial('should count the bytes between any two', async (t) => {
    const flow = `${internet.host('pub3').outer} ${internet.host('pub2').outer}`
    const before = (await internet.flows()).get(flow) ?? 0
    await agent('pub3').ask('bind', { port: 6003 })
    await agent('pub2').ask('bind', { port: 6003 })
    const post = { from: 6003, to: outer('pub2', 6003), count: 1 }
    await agent('pub3').ask('post', { ...post, word: 'x'.repeat(1000) })
    await agent('pub3').ask('post', { ...post, word: 'end' })
    await agent('pub2').ask('mail', { port: 6003, until: 'end' })
    // With 28 bytes of headers each.
    t.is((await internet.flows()).get(flow)! - before, 1000 + 3 + 2 * 28)
  })
} else {
  test(`is left out: ${missing}`, (t) => t.pass())
}
