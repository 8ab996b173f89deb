import { connect } from 'node:net'
import test from 'ava'
import { ask, listen, serve } from './asking.ts'

interface Shown {
  readonly self: string
  readonly round: number
  readonly members: Record<string, { heardAt: number | null; round: number }>
}

interface Change {
  readonly peer: string
  readonly set: Partial<Shown>
  readonly members: Record<string, object>
  readonly gone: readonly string[]
}

test('a stream should begin with everything and go on with what changes', async (t) => {
  const scene = await serve(t, { members: 8 })
  for (let second = 0; second < 5; second++) scene.swarm.advance()
  const stream = await listen(scene)
  const [name, state] = await stream.next()
  t.is(name, 'state')
  const { statuses, curves } = state as { statuses: Shown[]; curves: { points: unknown[] }[] }
  const [shown] = statuses
  t.is(Object.keys(shown!.members).length, 7)
  t.deepEqual(curves[0]!.points.length, scene.swarm.curves()[0]!.points.length)
  scene.swarm.advance()
  t.is((await stream.next())[0], 'point')
  const [kind, data] = await stream.next()
  t.is(kind, 'change')
  const change = data as Change
  t.is(change.set.round, scene.swarm.statuses()[0]!.round)
  t.false('swarm' in change.set, 'what is the same is not told again')
})

test('changes applied to the first state should give the status of the peer', async (t) => {
  const scene = await serve(t, { members: 12 })
  scene.swarm.advance()
  const stream = await listen(scene)
  const [, state] = await stream.next()
  const shown = (state as { statuses: Array<Record<string, unknown>> }).statuses[0]!
  const members = shown['members'] as Record<string, object>
  const killed = scene.swarm.names[4]!
  for (let second = 0; second < 9; second++) {
    if (second === 3) scene.swarm.kill(killed)
    scene.swarm.advance()
    for (let news = await stream.next(); ; news = await stream.next()) {
      if (news[0] !== 'change') continue
      const change = news[1] as Change
      Object.assign(shown, change.set)
      for (const [name, fields] of Object.entries(change.members)) {
        members[name] = { ...members[name], ...fields }
      }
      break
    }
  }
  const status = scene.swarm.statuses()[0]!
  const now = Date.parse(status.at)
  for (const { heardSecondsAgo, ...member } of status.members) {
    const { heardAt, ...rest } = members[member.name] as { heardAt: number }
    t.deepEqual(rest, JSON.parse(JSON.stringify(member)), member.name)
    t.true(Math.abs(now - heardAt - 1000 * heardSecondsAgo!) < 1500, `${member.name} was heard`)
  }
  t.is((members[killed] as { link?: string }).link, 'down')
  t.like(shown, { round: status.round, line: status.line, at: status.at })
})

test('a second page should not take changes from the first', async (t) => {
  const scene = await serve(t)
  const first = await listen(scene)
  await first.next()
  // Changes that nobody has been told: the second page's state must not hide them from the first.
  const before = scene.swarm.statuses()[0]!.round
  scene.swarm.advance()
  const second = await listen(scene)
  const [, state] = await second.next()
  const told = (state as { statuses: Shown[] }).statuses[0]!.round
  t.not(told, before)
  t.is((await first.next())[0], 'point')
  t.like(await first.next(), { 0: 'change' })
})

test('how a peer has ended should be told to those who come later, too', async (t) => {
  const scene = await serve(t, { members: 4 })
  const swarm = scene.swarm
  t.is(swarm.listeners, 1)
  const stream = await listen(scene)
  await stream.next()
  swarm.end(swarm.names[1]!, 'died (SIGKILL)')
  t.deepEqual(await stream.next(), ['ended', { peer: swarm.names[1]!, how: 'died (SIGKILL)' }])
  const [, state] = await (await listen(scene)).next()
  t.deepEqual((state as { ended: unknown }).ended, { [swarm.names[1]!]: 'died (SIGKILL)' })
})

test('a seventeenth page should be turned away, and let in when one goes', async (t) => {
  const scene = await serve(t)
  const sockets = Array.from({ length: 16 }, () => connect(scene.port, '127.0.0.1'))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
  })
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((done) => {
          socket.once('data', () => done())
          socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n')
        })
    )
  )
  const { status, body } = await ask(scene, '/events')
  t.is(status, 503)
  t.regex(body, /16 pages/)
  t.is((await ask(scene, '/status')).status, 200)
})

test('a thousand members that are heard of should cost kilobytes a second, not all of them', async (t) => {
  const scene = await serve(t, { members: 1000 })
  scene.swarm.advance()
  const stream = await listen(scene)
  const [, state] = await stream.next()
  let bytes = 0
  for (let second = 0; second < 5; second++) {
    scene.swarm.advance()
    for (let news = await stream.next(); ; news = await stream.next()) {
      if (news[0] !== 'change') continue
      bytes += JSON.stringify(news[1]).length
      break
    }
  }
  t.true(bytes / 5 < JSON.stringify(state).length / 3, `${bytes / 5} bytes a second`)
})
