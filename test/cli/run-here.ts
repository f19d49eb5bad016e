import { oxbowCommands } from '../../src/cli/oxbow-commands.js';
import { oxbowProgram } from '../../src/cli/oxbow-program.js';
import { WsdlClient } from '../../src/cli/wsdl/wsdl-client.js';
import { runProgram } from '../../src/cli/run-program.js';
import type { CommandIo } from '../../src/cli/terminal/command-io.js';

/** Runs the program of commands in this process, which is quicker than a process for each; the service it talks to is a real one. */
export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  more: Partial<CommandIo> = {},
) {
  let out = '';
  let err = '';
  let exitCode = 0;
  const io = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    showsColours: false,
    showsProgress: false,
    signal: new AbortController().signal,
    env,
    exitWith: (code: number) => (exitCode = code),
    ...more,
  };
  const unused = () => Promise.reject(new Error('not in this test'));
  const tools = {
    migrate: unused,
    openRecalculation: unused,
    openLoginAttempts: unused,
    openWsdl: (...wsdl: Parameters<typeof WsdlClient.open>) => WsdlClient.open(...wsdl),
    settingsHelp: () => '',
    checks: async function* () {
      yield* [];
      return unused();
    },
  };
  await runProgram(oxbowProgram(oxbowCommands(tools, io), io), args, io);
  return { exitCode, out, err };
}
