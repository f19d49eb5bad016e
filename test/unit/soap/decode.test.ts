import { expect } from 'chai';
import {
  DAT,
  decodeBody,
  decodeDocument,
  DSR,
  envelope,
  faultOf,
  OXAAS,
  RMI,
  SOAP,
  SVC,
} from './fixtures.js';

/** The fault text of a Body content. */
const textOf = (body: string): string => faultOf(() => decodeBody(body)).text;
const user = (fields: string): string => `<svc:create><svc:usrdata>${fields}</svc:usrdata></svc:create>`;

describe('decoding: which operation', () => {
  it('is chosen by the name of the child of the Body', () => {
    expect(decodeDocument(envelope('<svc:listAll/>'))).to.deep.equal({ operation: 'listAll', message: {} });
  });

  it('takes the service namespace with and without its trailing slash', () => {
    for (const namespace of [OXAAS, OXAAS.slice(0, -1)]) {
      const body = `<o:getMailQuota xmlns:o="${namespace}"><o:ctxid>7</o:ctxid></o:getMailQuota>`;
      expect(decodeBody(body, { service: 'OXaaSService' })).to.deep.equal({ ctxid: 7 });
    }
    expect(decodeBody(`<listAll xmlns="${SVC}/"/>`)).to.deep.equal({});
  });

  it('takes selfData for getSelfData', () => {
    const document = envelope('<svc:selfData><svc:adminName>a</svc:adminName></svc:selfData>');
    expect(decodeDocument(document, { service: 'OXResellerService' })).to.deep.equal({
      operation: 'getSelfData',
      message: { adminName: 'a' },
    });
  });

  const unknown: readonly (readonly [string, string])[] = [
    ['<svc:nothing/>', 'NO_PART_FOUND'],
    ['<listAll/>', 'UNEXPECTED_WRAPPER_ELEMENT'],
    ['<x:listAll xmlns:x="urn:evil"/>', 'UNEXPECTED_WRAPPER_ELEMENT'],
    ['<x:nothing xmlns:x="urn:evil"/>', 'NO_PART_FOUND'],
    ['<svc:__proto__/>', 'NO_PART_FOUND'],
    ['<svc:constructor/>', 'NO_PART_FOUND'],
    ['<svc:toString/>', 'NO_PART_FOUND'],
    ['<svc:hasOwnProperty/>', 'NO_PART_FOUND'],
  ];
  for (const [body, text] of unknown) {
    it(`refuses ${body}`, () => {
      const fault = faultOf(() => decodeBody(body));
      expect(fault).to.deep.equal({ code: 'Client', text });
    });
  }
});

describe('decoding: the envelope', () => {
  const refused: readonly (readonly [string, string, string, RegExp])[] = [
    ['no Body', `<s:Envelope xmlns:s="${SOAP}"/>`, 'Server', /^Fault occurred while processing\.$/],
    [
      'an empty Body',
      envelope(''),
      'Server',
      /^No binding operation info while invoking unknown method with params unknown\.$/,
    ],
    [
      'two Headers',
      envelope('<svc:listAll/>', '<soap:Header/><soap:Header/>'),
      'Client',
      /Header in the SOAP/,
    ],
    ['text before the envelope', `x${envelope('<svc:listAll/>')}`, 'Client', /text outside/],
    ['text after the envelope', `${envelope('<svc:listAll/>')}x`, 'Client', /not well-formed/],
    ['two Body children', envelope('<svc:listAll/><svc:listAll/>'), 'Client', /more than one/],
    [
      'two Bodies',
      `<s:Envelope xmlns:s="${SOAP}"><s:Body/><s:Body/></s:Envelope>`,
      'Client',
      /Unexpected element/,
    ],
    [
      'a Body of no namespace',
      `<s:Envelope xmlns:s="${SOAP}"><Body/></s:Envelope>`,
      'Client',
      /Unexpected element/,
    ],
    [
      'another root',
      '<x/>',
      'VersionMismatch',
      /^No namespace on "x" element\. You must send a SOAP request\.$/,
    ],
    ['another root of SOAP', `<s:Body xmlns:s="${SOAP}"/>`, 'Client', /envelope was expected/],
    [
      'a message without envelope',
      `<x:exists xmlns:x="${SVC}"/>`,
      'VersionMismatch',
      /^"http.*", the namespace on the "exists" element, is not a valid SOAP version\.$/,
    ],
    ['an envelope of no namespace', '<Envelope><Body/></Envelope>', 'VersionMismatch', /^No namespace on/],
    ['an envelope of another namespace', '<Envelope xmlns="urn:x"/>', 'VersionMismatch', /"urn:x"/],
    [
      'SOAP 1.2',
      '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body/></e:Envelope>',
      'VersionMismatch',
      /^A SOAP 1\.2 message is not valid when sent to a SOAP 1\.1 only endpoint\.$/,
    ],
    ['a DOCTYPE', `<!DOCTYPE x>${envelope('<svc:listAll/>')}`, 'Client', /DOCTYPE/],
    ['a truncated document', envelope('<svc:listAll/>').slice(0, -5), 'Client', /not well-formed/],
    ['two roots', `${envelope('<svc:listAll/>')}<x/>`, 'Client', /not well-formed/],
    ['an undeclared prefix', envelope('<nope:listAll/>'), 'Client', /not well-formed/],
    ['an undefined entity', envelope('<svc:listAll>&secret;</svc:listAll>'), 'Client', /not well-formed/],
    ['a NUL', envelope('<svc:listAll>&#0;</svc:listAll>'), 'Client', /not well-formed/],
    ['a duplicate attribute', envelope('<svc:listAll a="" a=""/>'), 'Client', /not well-formed/],
    ['nothing', '', 'Client', /not well-formed/],
  ];
  for (const [what, xml, code, text] of refused) {
    it(`refuses ${what}`, () => {
      const fault = faultOf(() => decodeDocument(xml));
      expect(fault.code).to.equal(code);
      expect(fault.text).to.match(text);
    });
  }

  it('takes text between elements, and a Header behind the Body', () => {
    const text = 'x<svc:auth>y<rmi:login>a</rmi:login>z</svc:auth>';
    const document = envelope(`x<svc:listAll>${text}</svc:listAll>x`, 'x<soap:Header/>x');
    expect(decodeDocument(document)).to.deep.equal({
      operation: 'listAll',
      message: { auth: { login: 'a' } },
    });
    const late = envelope('<svc:listAll/></soap:Body><soap:Header><x xmlns="urn:x"/></soap:Header>');
    expect(decodeDocument(late.replace(/<\/soap:Body><\/soap:Envelope>$/, '</soap:Envelope>'))).to.include({
      operation: 'listAll',
    });
  });

  it('refuses a Header behind the Body that must be understood', () => {
    const header = '<soap:Header><x xmlns="urn:x" soap:mustUnderstand="1"/></soap:Header>';
    const late = envelope(`<svc:listAll/></soap:Body>${header}`).replace(
      '</soap:Body></soap:Envelope>',
      '</soap:Envelope>',
    );
    expect(faultOf(() => decodeDocument(late)).code).to.equal('MustUnderstand');
  });

  it('does not repeat what it could not parse', () => {
    expect(textOf('<svc:listAll><svc:auth>geheim</svc:geheim></svc:auth></svc:listAll>')).not.to.include(
      'geheim',
    );
  });

  const security = (attributes: string): string =>
    `<soap:Header><w:Security xmlns:w="urn:wsse" ${attributes}><w:UsernameToken>x</w:UsernameToken></w:Security></soap:Header>`;

  it('ignores headers that need not be understood, or not by us', () => {
    for (const attributes of [
      '',
      'soap:mustUnderstand="0"',
      'soap:mustUnderstand="1" soap:actor="urn:other"',
      'mustUnderstand="1"',
    ]) {
      expect(decodeDocument(envelope('<svc:listAll/>', security(attributes))).operation).to.equal('listAll');
    }
    expect(decodeDocument(envelope('<svc:listAll/>', '<soap:Header/>')).operation).to.equal('listAll');
  });

  it('refuses headers that must be understood', () => {
    for (const attributes of [
      'soap:mustUnderstand="1"',
      'soap:mustUnderstand="true" soap:actor="http://schemas.xmlsoap.org/soap/actor/next"',
    ]) {
      const fault = faultOf(() => decodeDocument(envelope('<svc:listAll/>', security(attributes))));
      expect(fault).to.deep.equal({
        code: 'MustUnderstand',
        text: 'MustUnderstand headers: [{urn:wsse}Security] are not understood.',
      });
    }
  });
});

describe('decoding: values', () => {
  const read = (fields: string): unknown => (decodeBody(user(fields)) as { usrdata: unknown }).usrdata;
  const cases: readonly (readonly [string, string, unknown])[] = [
    ['absent is absent', '', {}],
    ['nil is null', '<dat:name xsi:nil="true"/><dat:id xsi:nil="1"/>', { name: null, id: null }],
    ['nil="false" is no nil', '<dat:name xsi:nil="false">x</dat:name>', { name: 'x' }],
    ['nil where the contract has none is absent', '<dat:contextadmin xsi:nil="true"/>', {}],
    ['an empty string is empty', '<dat:name/>', { name: '' }],
    [
      'an empty int is 0, an empty boolean is not set',
      '<dat:id></dat:id><dat:imapPort> </dat:imapPort><dat:mailenabled/>',
      { id: 0, imapPort: 0, mailenabled: null },
    ],
    ['blanks of a string stay', '<dat:password> a  b\n</dat:password>', { password: ' a  b\n' }],
    ['comments vanish', '<dat:name>Jane <!--c-->Doe</dat:name>', { name: 'Jane Doe' }],
    ['CDATA is text', '<dat:name>a <![CDATA[<?xml b ]]>c</dat:name>', { name: 'a <?xml b c' }],
    ['references are resolved', '<dat:name>&lt;&#x41;&amp;&#128512;</dat:name>', { name: '<A&😀' }],
    ['a comment inside a number', '<dat:id>1<!-- -->2</dat:id>', { id: 12 }],
    [
      'a long keeps its digits',
      '<dat:maxQuota>9007199254740993</dat:maxQuota>',
      { maxQuota: 9007199254740993n },
    ],
    ['one of a list is a list', '<dat:aliases>a</dat:aliases>', { aliases: ['a'] }],
    [
      'a list, its members apart, a nil one dropped',
      '<dat:aliases>a</dat:aliases><dat:id>1</dat:id><dat:aliases xsi:nil="true"/><dat:aliases>b</dat:aliases>',
      { aliases: ['a', 'b'], id: 1 },
    ],
    ['a nil list is absent', '<dat:aliases xsi:nil="true"/>', {}],
    ['a nil object is null', '<dat:default_group xsi:nil="true"/>', { default_group: null }],
    ['an empty object', '<dat:userAttributes> <!-- --> </dat:userAttributes>', { userAttributes: {} }],
    ['a year is its first day', '<dat:birthday>1970</dat:birthday>', { birthday: '1970-01-01' }],
    ['of a value that is given again the last counts', '<dat:id>1</dat:id><dat:id>2</dat:id>', { id: 2 }],
    ['also behind nil', '<dat:id xsi:nil="true">1</dat:id><dat:id>1</dat:id>', { id: 1 }],
    ['also nil', '<dat:name>a</dat:name><dat:name xsi:nil="true"/>', { name: null }],
    ['text among the members says nothing', 'a<dat:id>1</dat:id>b', { id: 1 }],
    ['bytes', '<dat:image1>aGk=</dat:image1>', { image1: Buffer.from('hi') }],
    [
      'an attribute without value',
      '<dat:userAttributes><dat:entries><dat:key>k</dat:key></dat:entries></dat:userAttributes>',
      { userAttributes: { entries: [{ key: 'k' }] } },
    ],
    [
      'xsi:type and multi-reference attributes are ignored',
      '<dat:id xsi:type="x:string" id="a" href="#b">5</dat:id>',
      { id: 5 },
    ],
    [
      'text that a client sent as base64',
      '<dat:name xsi:type="xsd:base64Binary">SsO8cmdlbg==</dat:name>',
      { name: 'Jürgen' },
    ],
    [
      'text that a client sent as base64 in ISO-8859-1',
      '<dat:name xsi:type="xsd:base64Binary">SvxyZ2Vu</dat:name>',
      { name: 'Jürgen' },
    ],
  ];
  for (const [what, fields, expected] of cases) {
    it(what, () => {
      expect(read(fields)).to.deep.equal(expected);
    });
  }

  const invalid: readonly (readonly [string, string])[] = [
    ['<dat:id>abc</dat:id>', 'Unmarshalling Error: Not a number: abc '],
    ['<dat:id>1e3</dat:id>', 'Unmarshalling Error: Not a number: 1e3 '],
    ['<dat:id>2147483648</dat:id>', 'Unmarshalling Error: Not a number: 2147483648 '],
    ['<dat:maxQuota>many</dat:maxQuota>', 'Unmarshalling Error: For input string: "many" '],
    ['<dat:maxQuota> +5.0</dat:maxQuota>', 'Unmarshalling Error: For input string: "5.0" '],
    ['<dat:maxQuota/>', 'Unmarshalling Error: For input string: "" '],
    [
      '<dat:maxQuota>9223372036854775808</dat:maxQuota>',
      'Unmarshalling Error: For input string: "9223372036854775808" ',
    ],
    [
      '<dat:mailenabled>yes</dat:mailenabled>',
      'Invalid value for element "mailenabled": not a valid boolean.',
    ],
    [
      '<dat:birthday> 2020-02-30 </dat:birthday>',
      'Unmarshalling Error: "2020-02-30" is not a valid representation of an XML Gregorian Calendar value. ',
    ],
    ['<dat:birthday>03.02.1970</dat:birthday>', 'Unmarshalling Error: 03.02.1970 '],
    ['<dat:birthday>1970-13-01</dat:birthday>', 'Unmarshalling Error: Invalid value 13 for Month field. '],
    ['<dat:birthday>1970-01-32</dat:birthday>', 'Unmarshalling Error: Invalid value 32 for Day field. '],
    ['<dat:birthday/>', 'Unmarshalling Error:  '],
    [
      '<dat:name xsi:type="x:base64Binary">*</dat:name>',
      'Invalid value for element "name": not a valid string.',
    ],
    [
      '<dat:name xsi:type="x:base64Binary">AAA=</dat:name>',
      'Invalid value for element "name": not a valid string.',
    ],
    ['<dat:default_group/><dat:default_group/>', 'Element "default_group" was given more than once.'],
    [
      '<dat:id><dat:x/></dat:id>',
      `Unmarshalling Error: unexpected element (uri:"${DAT}", local:"x"). Expected elements are (none) `,
    ],
  ];
  const strayed: readonly (readonly [string, string])[] = [
    ['<dat:id>s3cret!</dat:id>', 'id": not a valid int'],
    ['<dat:maxQuota>correct horse</dat:maxQuota>', 'maxQuota": not a valid long'],
    ['<dat:birthday>Tr0ub4dor</dat:birthday>', 'birthday": not a valid date'],
    ['<dat:id>secret</dat:id><dat:password>secret</dat:password>', 'id": not a valid int'],
    ['<dat:password>4.5</dat:password><dat:maxQuota> 4.5</dat:maxQuota>', 'maxQuota": not a valid long'],
    ['<dat:id>secret</dat:id><dat:password>secret</dat:password><dat:none/>', 'id": not a valid int'],
  ];
  for (const [fields, text] of strayed) {
    it(`shows nothing of ${fields}, which may be a password`, () => {
      const fault = { code: 'Client', text: `Invalid value for element "${text}.` };
      expect(faultOf(() => decodeBody(user(fields)))).to.deep.equal(fault);
    });
  }

  for (const [fields, text] of invalid) {
    it(`refuses ${fields}`, () => {
      expect(faultOf(() => decodeBody(user(fields)))).to.deep.equal({ code: 'Client', text });
    });
  }
});

describe('decoding: values that were bound by position', () => {
  it('are not shown, since they may be passwords', () => {
    const body = `<setMailQuota xmlns="${OXAAS}"><c-gensym1 xmlns="">secret</c-gensym1></setMailQuota>`;
    expect(faultOf(() => decodeBody(body, { service: 'OXaaSService' })).text).to.equal(
      'Invalid value for element "ctxid": not a valid int.',
    );
  });
});

describe('decoding: unknown elements', () => {
  for (const [tag, uri, local] of [
    ['<dat:bogus/>', DAT, 'bogus'],
    ['<bogus xmlns=""/>', '', 'bogus'],
    ['<x:name xmlns:x="urn:evil"/>', 'urn:evil', 'name'],
    ['<dat:__proto__>1</dat:__proto__>', DAT, '__proto__'],
    ['<dat:constructor/>', DAT, 'constructor'],
  ] as const) {
    it(`are refused: ${tag}`, () => {
      expect(textOf(user(tag))).to.match(
        new RegExp(
          `^Unmarshalling Error: unexpected element \\(uri:"${uri}", local:"${local}"\\)\\. Expected elements are <\\{${DAT}\\}\\w+>,<.*> $`,
        ),
      );
    });

    it(`are refused with the older text where that is set: ${tag}`, () => {
      const namespace = uri === '' ? '' : ` (URI=${uri})`;
      expect(faultOf(() => decodeBody(user(tag), { unknownElementFault: 'please-remove' })).text).to.equal(
        `Unexpected element "${local}"${namespace}. Please remove that element from SOAP request.`,
      );
    });
  }

  it('name the members in the original’s order', () => {
    expect(textOf('<svc:exists><svc:ctx/><svc:extra/></svc:exists>')).to.equal(
      `Unmarshalling Error: unexpected element (uri:"${SVC}", local:"extra"). Expected elements are ` +
        `<{${SVC}}user>,<{${SVC}}ctx>,<{${SVC}}auth> `,
    );
  });

  it('are ignored in credentials, even those named like something of JavaScript', () => {
    const auth = '<rmi:id>3</rmi:id><rmi:login>a</rmi:login><rmi:__proto__><deep/></rmi:__proto__><x>t</x>';
    expect(decodeBody(`<svc:listAll><svc:auth>${auth}</svc:auth></svc:listAll>`)).to.deep.equal({
      auth: { login: 'a' },
    });
    expect(({} as Record<string, unknown>)['deep']).to.equal(undefined);
  });

  it('are ignored when later versions dropped them', () => {
    expect(decodeBody(user('<dat:clusterWeight>1</dat:clusterWeight><dat:id>4</dat:id>'))).to.deep.equal({
      usrdata: { id: 4 },
    });
    const access = '<dat:forum>true</dat:forum><dat:calendar>true</dat:calendar><dat:rssPortal/>';
    expect(
      decodeBody(`<svc:createByModuleAccess><svc:access>${access}</svc:access></svc:createByModuleAccess>`),
    ).to.deep.equal({ access: { calendar: true } });
    expect(
      decodeBody('<svc:create><svc:primaryAccountName>x</svc:primaryAccountName></svc:create>'),
    ).to.deep.equal({});
  });

  it('are refused though the User of another service has them, since they would be lost', () => {
    const create = (admin: string): string =>
      `<svc:create><svc:admin_user>${admin}</svc:admin_user></svc:create>`;
    const service = 'OXResellerContextService';
    const quota = create('<dat:maxQuota>5</dat:maxQuota>');
    expect(faultOf(() => decodeBody(quota, { service })).text).to.match(/local:"maxQuota"/);
    const old = create('<dat:default_folder_mode>x</dat:default_folder_mode><dat:name>oxadmin</dat:name>');
    expect(decodeBody(old, { service })).to.deep.equal({ admin_user: { name: 'oxadmin' } });
  });

  it('are ignored everywhere when the service is lenient', () => {
    const body =
      '<svc:create><svc:ctx><dat:id>1</dat:id><dat:bogus><x>y</x></dat:bogus></svc:ctx><q/></svc:create>';
    expect(decodeBody(body, { lenient: true })).to.deep.equal({ ctx: { id: 1 } });
  });
});

describe('decoding: how clients write requests', () => {
  const expected = {
    ctx: { id: 10, customid: 'c' },
    user: { name: 'anna' },
    auth: { login: 'r', password: 'p' },
  };
  const spellings: readonly (readonly [string, string])[] = [
    [
      'qualified, in any order',
      `<svc:getData><svc:auth><rmi:password>p</rmi:password><rmi:login>r</rmi:login></svc:auth>
       <svc:user><dat:name>anna</dat:name></svc:user>
       <svc:ctx><dsr:customid>c</dsr:customid><dat:id>10</dat:id></svc:ctx></svc:getData>`,
    ],
    [
      'everything in the namespace of the service',
      `<getData xmlns="${SVC}"><ctx><id>10</id><customid>c</customid></ctx><user><name>anna</name></user>
       <auth><login>r</login><password>p</password></auth></getData>`,
    ],
    [
      'no namespace below the operation',
      `<svc:getData><ctx><id>10</id><customid>c</customid></ctx><user><name>anna</name></user>
       <auth><login>r</login><password>p</password></auth></svc:getData>`,
    ],
    [
      'another namespace of the contract',
      `<svc:getData><dat:ctx><dsr:id>10</dsr:id><dat:customid>c</dat:customid></dat:ctx><svc:user><rmi:name>anna</rmi:name></svc:user>
       <svc:auth><dat:login>r</dat:login><dat:password>p</dat:password></svc:auth></svc:getData>`,
    ],
    [
      'SOAP::Lite: c-gensym with types',
      `<svc:getData xmlns:x="urn:x" xmlns:xsd="urn:xsd"><c-gensym3 xsi:type="x:ResellerContext"><id xsi:type="xsd:int">10</id><customid xsi:type="xsd:string">c</customid></c-gensym3>
       <c-gensym7 xsi:type="x:User"><name xsi:type="xsd:string">anna</name></c-gensym7>
       <c-gensym9 xsi:type="x:Credentials"><login xsi:type="xsd:string">r</login><password xsi:type="xsd:string">p</password></c-gensym9></svc:getData>`,
    ],
    [
      'SOAP::Lite: types decide, not positions',
      `<svc:getData><c-gensym3 xsi:type="x:Credentials"><login>r</login><password>p</password></c-gensym3>
       <c-gensym7 xsi:type="x:User"><name>anna</name></c-gensym7>
       <c-gensym9 xsi:type="x:ResellerContext"><id>10</id><customid>c</customid></c-gensym9></svc:getData>`,
    ],
    [
      'PHP: paramN by position',
      `<svc:getData xmlns:enc="urn:enc"><param0 xsi:type="enc:Struct"><id xsi:type="xsd:int">10</id><customid>c</customid></param0>
       <param1 xsi:type="enc:Struct"><name>anna</name></param1>
       <param2 xsi:type="enc:Struct"><login>r</login><password>p</password></param2></svc:getData>`,
    ],
    [
      'unknown names without namespace, by position',
      `<svc:getData><a><id>10</id><customid>c</customid></a><b><name>anna</name></b>
       <c><login>r</login><password>p</password></c></svc:getData>`,
    ],
    [
      'first generic, then by name',
      `<svc:getData><c-gensym3 xsi:type="x:Credentials"><login>r</login><password>p</password></c-gensym3>
       <user><name>anna</name></user><ctx><id>10</id><customid>c</customid></ctx></svc:getData>`,
    ],
  ];
  for (const [what, body] of spellings) {
    it(what, () => {
      expect(decodeBody(body)).to.deep.equal(expected);
    });
  }

  it('guessed types of plain parameters do not matter', () => {
    const body = `<svc:list><c-gensym1 xsi:type="x:ResellerContext"><id>1</id></c-gensym1>
      <c-gensym2 xsi:type="xsd:int">4711</c-gensym2><c-gensym3 xsi:type="x:Credentials"/></svc:list>`;
    expect(decodeBody(body)).to.deep.equal({ ctx: { id: 1 }, search_pattern: '4711', auth: {} });
  });

  it('three plain numbers in a row', () => {
    const body = `<setMailQuota xmlns="${OXAAS}"><c-gensym1 xmlns="" xsi:type="xsd:int">1</c-gensym1>
      <c-gensym2 xmlns="" xsi:type="xsd:int">2</c-gensym2><c-gensym3 xmlns="" xsi:type="xsd:int">3</c-gensym3>
      <c-gensym4 xmlns="" xsi:type="n:Credentials"><login>a</login></c-gensym4></setMailQuota>`;
    expect(decodeBody(body, { service: 'OXaaSService' })).to.deep.equal({
      ctxid: 1,
      usrid: 2,
      quota: 3,
      creds: { login: 'a' },
    });
  });

  it('a repeated parameter by type', () => {
    const one = (id: number): string => `<c-gensym${id} xsi:type="x:User"><id>${id}</id></c-gensym${id}>`;
    const body = `<svc:getMultipleData><c-gensym1 xsi:type="x:ResellerContext"/>${one(4)}${one(5)}
      <c-gensym9 xsi:type="x:Credentials"/></svc:getMultipleData>`;
    expect(decodeBody(body)).to.deep.equal({ ctx: {}, users: [{ id: 4 }, { id: 5 }], auth: {} });
  });

  it('after a child by its own name, position means nothing', () => {
    expect(textOf('<svc:getData><user/><nonsense/></svc:getData>')).to.match(
      /unexpected element \(uri:"", local:"nonsense"\)/,
    );
  });

  it('an object is never filled by position, only parameters are', () => {
    expect(textOf(user('<nonsense>x</nonsense>'))).to.include('local:"nonsense"');
  });

  it('more parameters than there are', () => {
    expect(textOf('<svc:getData><param0/><param1/><param2/><param3/></svc:getData>')).to.include('"param3"');
  });

  it('entries in the namespace of the service', () => {
    const entry = '<svc:entries><svc:key>k</svc:key><svc:value>v</svc:value></svc:entries>';
    expect(decodeBody(user(`<dat:guiPreferencesForSoap>${entry}</dat:guiPreferencesForSoap>`))).to.deep.equal(
      {
        usrdata: { guiPreferencesForSoap: { entries: [{ key: 'k', value: 'v' }] } },
      },
    );
  });

  it('default namespaces redeclared on each child', () => {
    const body = `<create xmlns="${SVC}"><ctx><id xmlns="${DAT}">10</id><customid xmlns="${DSR}">c</customid></ctx>
      <auth><login xmlns="${RMI}">r</login></auth></create>`;
    expect(decodeBody(body)).to.deep.equal({ ctx: { id: 10, customid: 'c' }, auth: { login: 'r' } });
  });
});
