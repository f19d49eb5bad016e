/**
 * What Node, Express and mysql2 can do at best: the same statements, prepared, behind bare Express. Values are cut out of the
 * request without parsing it, and the answer is a template. `--port N --database mysql://…`
 */
import express from 'express';
import { StatementDatabase } from './statement-database.js';
import { saltedSha512 } from './password.js';
import { setMailQuotaStatements } from './quota-statements.js';
import { readStatements } from '../peers/statements.js';
import { serve, serveOptions } from './serve.js';
import { answerTemplate, textOf } from './text-message.js';

const { port, databaseUrl } = serveOptions();
if (databaseUrl === null) throw new Error('--database is missing');
const database = new StatementDatabase(databaseUrl);
const statements = readStatements();
const created = answerTemplate('create');
const shown = answerTemplate('getData');
const done =
  '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body></soap:Body></soap:Envelope>';

/** The element in which the first `id` is the user's. */
function userIdOf(xml: string): number {
  return Number(textOf(xml.slice(xml.search(/<(?:[\w-]+:)?user[ >]/)), 'id'));
}

async function answer(xml: string): Promise<string> {
  const caller = { login: textOf(xml, 'login'), password: passwordOf(xml) };
  if (xml.includes('setMailQuota')) {
    const values = {
      contextId: Number(textOf(xml, 'ctxid')),
      userId: Number(textOf(xml, 'usrid')),
      mailQuotaMb: Number(textOf(xml, 'quota')),
    };
    await database.run(setMailQuotaStatements, values, caller);
    return done;
  }
  const contextId = Number(textOf(xml, 'id'));
  if (xml.includes('getData')) {
    const { user } = await database.run(statements.getData, { contextId, userId: userIdOf(xml) }, caller);
    const row = user?.[0];
    if (row === undefined) throw new Error('no such user');
    return shown({
      id: Number(row['id']),
      login: String(row['login']),
      displayName: String(row['display_name']),
    });
  }
  const login = textOf(xml, 'name');
  const displayName = textOf(xml, 'display_name');
  const values = {
    contextId,
    login,
    displayName,
    givenName: textOf(xml, 'given_name'),
    surName: textOf(xml, 'sur_name'),
    email: textOf(xml, 'primaryEmail'),
    passwordHash: saltedSha512(textOf(xml, 'password')),
    language: textOf(xml, 'language'),
    timezone: textOf(xml, 'timezone'),
    maxQuotaMb: Number(textOf(xml, 'maxQuota')),
    profile: JSON.stringify({ company: textOf(xml, 'company'), note: textOf(xml, 'note') }),
  };
  const { userId } = await database.run(statements.create, values, caller);
  return created({ id: userId, login, displayName });
}

/** The caller's password is the last one: a created user's comes before it. */
function passwordOf(xml: string): string {
  return textOf(xml.slice(xml.lastIndexOf('login')), 'password');
}

const app = express();
app.post('/webservices/:service', express.text({ type: 'text/xml' }), async (request, response) => {
  response.type('text/xml').send(await answer(String(request.body)));
});
serve(app, port);
