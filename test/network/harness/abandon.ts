/** Builds hosts, runs something on one, says so, and waits to be killed: a test run that is. */
import { Internet } from './internet.ts'

const internet = await Internet.build({
  hosts: [{ name: 'home', subnet: 1, access: 'port-restricted' }],
  delayMs: 0,
  lossPerMille: 0
})
const idle = ['-e', 'setInterval(() => {}, 1 << 30)']
const { pid } = internet.host('home').spawn(process.execPath, idle, { stdio: 'ignore' })
process.send!({ pid, folder: internet.folder })
