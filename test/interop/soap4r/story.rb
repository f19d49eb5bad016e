# Walks the story of test/support/interop/interop-story.ts with soap4r, whose driver reads the WSDL at run time: every member that
# a hash does not name goes out as xsi:nil, those of nested types included. What it reads is text.
#
# Usage: ruby story.rb URL MASTER_LOGIN MASTER_PASSWORD

require 'json'
require 'net/http'
gem 'soap4r-ruby1.9'
require 'soap/wsdlDriver'

UNIFIED = 'com.openexchange.unifiedquota.enabled'
URL, MASTER_LOGIN, MASTER_PASSWORD = ARGV
$stdout.sync = true

def connect(service)
  SOAP::WSDLDriverFactory.new("#{URL}/webservices/#{service}?wsdl").create_rpc_driver
end

def say(step, value)
  puts JSON.generate(step: step, value: value)
end

def say_fault(step)
  yield
rescue SOAP::FaultError => e
  say(step, fault: members(e.detail).keys.join(','), text: e.faultstring.data)
else
  abort("#{step}: no fault came")
end

# What soap4r mapped an element with children to knows them by their qualified names.
def members(mapped)
  mapped.__xmlele.to_h { |name, value| [name.name, value] }
end

def member(mapped, name)
  members(mapped)[name]
end

# One element, an array of them, or nothing.
def list_of(found)
  [found].flatten.compact
end

# The values that an operation returned; without any, its answer is an empty text.
def returned(answer)
  answer == '' ? [] : list_of(member(answer, 'return'))
end

def one(answer)
  returned(answer).first
end

def number(text)
  text && Integer(text)
end

def boolean(text)
  { 'true' => true, 'false' => false }.fetch(text, text)
end

def ids(answer)
  returned(answer).map { |found| number(member(found, 'id')) }
end

def id_and_name(found)
  { 'id' => number(member(found, 'id')), 'name' => member(found, 'name') }
end

def config(values)
  entries = values.map { |key, value| { key: key, value: value } }
  { entries: [{ key: 'config', value: { entries: entries } }] }
end

def entries_of(map)
  list_of(member(map, 'entries'))
end

def summary(user)
  all = members(user)
  pairs = entries_of(all['userAttributes']).flat_map { |namespace| entries_of(member(namespace, 'value')) }
  texts = %w[name display_name given_name sur_name primaryEmail email1 language timezone password]
  numbers = %w[id maxQuota usedQuota filestoreId]
  all.slice(*texts).merge(all.slice(*numbers).transform_values { |text| number(text) }).merge(
    'mailenabled' => boolean(all['mailenabled']),
    'aliases' => list_of(all['aliases']),
    'config' => pairs.to_h { |entry| [member(entry, 'key'), member(entry, 'value')] }
  )
end

def summary_of_context(context)
  quota = number(member(context, 'maxQuota'))
  id_and_name(context).merge('maxQuota' => quota, 'enabled' => boolean(member(context, 'enabled')))
end

def summary_of_group(group)
  numbers = list_of(member(group, 'members')).map { |id| number(id) }
  id_and_name(group).merge('displayname' => member(group, 'displayname'), 'members' => numbers)
end

def object_quotas(answer)
  quotas_of(returned(answer))
end

def quotas_of(found)
  found.map { |quota| { module: member(quota, 'module'), limit: number(member(quota, 'limit')) } }
end

def rest_quota(context_id, user_id)
  address = URI("#{URL}/quota/v1/contexts/#{context_id}/users/#{user_id}")
  request = Net::HTTP::Get.new(address)
  request.basic_auth('reseller1', 'reseller-secret')
  answer = Net::HTTP.start(address.host, address.port) { |http| http.request(request) }
  abort("quota: #{answer.code}") unless answer.code == '200'
  JSON.parse(answer.body)
end

# The master admin makes a reseller.
resellers = connect('OXResellerService')
master = { login: MASTER_LOGIN, password: MASTER_PASSWORD }
adm = { name: 'reseller1', displayname: 'Reseller One', password: 'reseller-secret' }
say('create-reseller', id_and_name(one(resellers.create(adm: adm, creds: master))))

# The reseller makes a context.
contexts = connect('OXResellerContextService')
auth = { login: 'reseller1', password: 'reseller-secret' }
admin = {
  name: 'oxadmin',
  password: 'admin-secret',
  display_name: 'Context Admin',
  sur_name: 'Admin',
  given_name: 'Context',
  primaryEmail: 'oxadmin@acme.example',
  email1: 'oxadmin@acme.example'
}
acme = { name: 'reseller1_acme', maxQuota: 1000 }
context = one(contexts.create(ctx: acme, admin_user: admin, auth: auth))
say('create-context', id_and_name(context))
context_id = number(member(context, 'id'))
ctx = { id: context_id }
on_context = { ctx: ctx, auth: auth }
say('list-contexts', ids(contexts.list(search_pattern: 'reseller1_acme', auth: auth)))
whole_context = one(contexts.getData(on_context))
say('get-context', summary_of_context(whole_context))
say('change-whole-context', contexts.change(ctx: whole_context, auth: auth))
say('get-whole-context', summary_of_context(one(contexts.getData(on_context))))
say('context-exists', boolean(one(contexts.exists(on_context))))

# A user with one quota over mail and files.
users = connect('OXResellerUserService')
oxaas = connect('OXaaSService')
anna_data = {
  name: 'anna',
  password: 'anna-secret',
  display_name: 'Jürgen Ærø 漢字 & <b>',
  given_name: 'Jürgen',
  sur_name: 'Ærø 漢字 & <b>',
  primaryEmail: 'anna@acme.example',
  email1: 'anna@acme.example',
  aliases: ['a.berg@acme.example'],
  language: 'de_DE',
  timezone: 'Europe/Berlin',
  maxQuota: 1024,
  userAttributes: config(UNIFIED => 'true', 'com.example.flag' => 'yes')
}
anna = one(users.create(usrdata: anna_data, **on_context))
say('create-user', id_and_name(anna).merge('password' => member(anna, 'password')))
anna_id = number(member(anna, 'id'))
on_anna = { user: { id: anna_id }, **on_context }
mailbox = { ctxid: context_id, usrid: anna_id, creds: auth }
say('set-mail-quota', oxaas.setMailQuota(quota: 1024, **mailbox))
say('get-user', summary(one(users.getData(on_anna))))
say('get-mail-quota', number(one(oxaas.getMailQuota(mailbox))))
say('get-quota-usage', number(member(one(oxaas.getQuotaUsagePerUser(mailbox)), 'storage')))
say('rest-quota', rest_quota(context_id, anna_id))

# A second user by the name of a module access combination, and the ways to read users.
berta_data = {
  name: 'berta',
  password: 'berta-secret',
  display_name: 'Berta',
  given_name: 'Berta',
  sur_name: 'Berg',
  primaryEmail: 'berta@acme.example',
  email1: 'berta@acme.example'
}
by_name = { usrdata: berta_data, access_combination_name: 'pim', **on_context }
berta = one(users.createByModuleAccessName(by_name))
say('create-second-user', id_and_name(berta))
berta_id = number(member(berta, 'id'))
say('list-users', ids(users.list(search_pattern: '*', **on_context)))
several = users.getMultipleData(users: [{ id: berta_id }, { id: anna_id }], **on_context)
say('get-multiple', returned(several).map { |user| id_and_name(user) })
say('user-exists', boolean(one(users.exists(user: { name: 'anna' }, **on_context))))
say('nobody-exists', boolean(one(users.exists(user: { name: 'nobody' }, **on_context))))
on_berta = { user: { id: berta_id }, **on_context }
modules = %w[webmail calendar tasks globalAddressBookDisabled infostore deniedPortal]
access = members(one(users.getModuleAccess(on_berta)))
say('get-module-access', access.slice(*modules).transform_values { |text| boolean(text) })
say('get-access-combination-name', one(users.getAccessCombinationName(on_berta)))

# Refusals.
again = { **berta_data, name: 'anna', display_name: 'Another' }
say_fault('duplicate-user') { users.create(usrdata: again, **on_context) }
say_fault('unknown-user') { users.getData(user: { id: 4711 }, **on_context) }
say_fault('wrong-password') { users.listAll(ctx: ctx, auth: { login: 'reseller1', password: 'wrong' }) }
say_fault('delete-while-unified') { users.delete(reassign: 0, **on_anna) }

# A group.
groups = connect('OXResellerGroupService')
sales = { name: 'sales', displayname: 'Vertrieb Ærø & 漢字' }
created = one(groups.create(grp: sales, **on_context))
say('create-group', id_and_name(created))
on_group = { grp: { id: number(member(created, 'id')) }, **on_context }
say('add-members', groups.addMember(members: [{ id: anna_id }, { id: berta_id }], **on_group))
say('get-members', ids(groups.getMembers(on_group)))
say('get-group', summary_of_group(one(groups.getData(on_group))))
say('list-groups', ids(groups.list(pattern: 'sales', **on_context)))
say('groups-of-user', ids(groups.listGroupsForUser(usr: { id: anna_id }, **on_context)))
say('remove-member', groups.removeMember(members: [{ id: berta_id }], **on_group))
say('change-whole-group', groups.change(grp: one(groups.getData(on_group)), **on_context))
say('get-whole-group', summary_of_group(one(groups.getData(on_group))))
say_fault('unknown-group') { groups.getData(grp: { id: 4711 }, **on_context) }
say('delete-group', groups.delete(on_group))
say('groups-left', ids(groups.list(pattern: 'sales', **on_context)))

# Object quotas, by the service that can set them.
plain = connect('OXContextService')
as_master = { ctx: ctx, auth: master }
say('change-object-quotas', plain.changeQuota(module: 'calendar,task', quotaValue: '300', **as_master))
say('list-object-quotas', object_quotas(plain.listQuota(as_master)))
say('drop-object-quota', plain.changeQuota(module: 'task', quotaValue: '-1', **as_master))
say('list-object-quotas-left', object_quotas(plain.listQuota(as_master)))
say_fault('unknown-module') { plain.changeQuota(module: 'nonsense', quotaValue: '1', **as_master) }
say('list-object-quotas-as-reseller-service', quotas_of(list_of(member(contexts.listQuota(as_master), 'item'))))

# Unified off, one attribute removed by nil; then the whole object goes back as it came.
off = { id: anna_id, userAttributes: config(UNIFIED => 'false', 'com.example.flag' => nil) }
say('switch-unified-off', users.change(usrdata: off, **on_context))
whole_user = one(users.getData(on_anna))
say('get-switched-off', summary(whole_user))
say('rest-quota-off', rest_quota(context_id, anna_id))
say('change-whole-user', users.change(usrdata: whole_user, **on_context))
say('get-whole-user', summary(one(users.getData(on_anna))))

# The end.
say('delete-user', users.delete(reassign: 0, **on_anna))
say_fault('get-deleted') { users.getData(on_anna) }
say('delete-context', contexts.delete(on_context))
say('context-gone', boolean(one(contexts.exists(on_context))))
say('delete-reseller', resellers.delete(adm: { name: 'reseller1' }, creds: master))
left = resellers.list(search_pattern: 'reseller1', creds: master)
say('resellers-left', returned(left).map { |found| member(found, 'name') })
