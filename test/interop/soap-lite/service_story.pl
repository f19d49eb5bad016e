#!/usr/bin/perl
# Walks the story of test/support/interop/interop-story.ts with SOAP::Lite->service(), which reads the WSDL: arguments by position,
# named as in the WSDL but without its namespace, plain hashes with untyped text (letters outside ASCII go out as base64).
#
# Usage: service_story.pl URL MASTER_LOGIN MASTER_PASSWORD

use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Story;

# SOAP::Lite makes nil of every argument whose type it cannot serialize, so programs tell it to pass structs through.
for my $type (qw(Context Credentials Group ResellerAdmin ResellerContext User)) {
    no strict 'refs';
    *{"SOAP::Serializer::as_$type"} = sub { my ($self, $value, $name) = @_; return [ $name, {}, $value ] };
}

sub service {
    my ($name) = @_;
    my $service = SOAP::Lite->service("$url/webservices/$name?wsdl");
    $service->want_som(1);
    return $service;
}

# A struct with members that repeat, which a hash cannot have.
sub members { my (@members) = @_; return \SOAP::Data->value(@members) }

# A further argument of a name: the WSDL gives each name one position.
sub again { my ($name, $value) = @_; return SOAP::Data->name($name => $value) }

sub returned { my ($som, $operation) = @_; return answer($som)->valueof("//${operation}Response/return") }

sub ids { return [ map { number($_->{id}) } returned(@_) ] }

# The master admin makes a reseller.
my $resellers = service('OXResellerService');
my $master = { login => $master_login, password => $master_password };
my $reseller = answer($resellers->create(
    { name => 'reseller1', displayname => 'Reseller One', password => 'reseller-secret' }, $master))->result;
say_step('create-reseller', id_and_name($reseller));

# The reseller makes a context.
my $contexts = service('OXResellerContextService');
my $auth = { login => 'reseller1', password => 'reseller-secret' };
my %admin = (
    name         => 'oxadmin',
    password     => 'admin-secret',
    display_name => 'Context Admin',
    sur_name     => 'Admin',
    given_name   => 'Context',
    primaryEmail => 'oxadmin@acme.example',
    email1       => 'oxadmin@acme.example',
);
my $context = answer($contexts->create({ name => 'reseller1_acme', maxQuota => 1000 }, \%admin, $auth))->result;
say_step('create-context', id_and_name($context));
my $context_id = $context->{id};
my $ctx = { id => $context_id };
say_step('list-contexts', ids($contexts->list('reseller1_acme', $auth), 'list'));
my $whole_context = answer($contexts->getData($ctx, $auth))->result;
say_step('get-context', context_summary($whole_context));
say_void('change-whole-context', $contexts->change(members(
    texts(map { $_ => $whole_context->{$_} } qw(id name maxQuota usedQuota enabled)),
    map { text(loginMappings => $_) } list_of($whole_context->{loginMappings}),
), $auth));
say_step('get-whole-context', context_summary(answer($contexts->getData($ctx, $auth))->result));
say_step('context-exists', boolean(answer($contexts->exists($ctx, $auth))->result));

# A user with one quota over mail and files.
my $users = service('OXResellerUserService');
my $oxaas = service('OXaaSService');
my %anna = (
    name         => 'anna',
    password     => 'anna-secret',
    display_name => 'Jürgen Ærø 漢字 & <b>',
    given_name   => 'Jürgen',
    sur_name     => 'Ærø 漢字 & <b>',
    primaryEmail => 'anna@acme.example',
    email1       => 'anna@acme.example',
    aliases      => 'a.berg@acme.example',
    language     => 'de_DE',
    timezone     => 'Europe/Berlin',
    maxQuota     => 1024,
);
my @anna_members = map { SOAP::Data->name($_ => $anna{$_}) } sort keys %anna;
my $anna = answer($users->create(
    $ctx, members(@anna_members, config(UNIFIED, 'true', 'com.example.flag', 'yes')), $auth))->result;
say_step('create-user', { %{ id_and_name($anna) }, password => $anna->{password} });
my $anna_id = $anna->{id};
my $user = { id => $anna_id };
say_void('set-mail-quota', $oxaas->setMailQuota($context_id, $anna_id, 1024, $auth));
say_step('get-user', summary(answer($users->getData($ctx, $user, $auth))->result));
say_step('get-mail-quota', number(answer($oxaas->getMailQuota($context_id, $anna_id, $auth))->result));
my $usage = answer($oxaas->getQuotaUsagePerUser($context_id, $anna_id, $auth))->result;
say_step('get-quota-usage', number($usage->{storage}));
say_step('rest-quota', rest_quota($context_id, $anna_id));

# A second user by the name of a module access combination, and the ways to read users.
my %berta = (
    name         => 'berta',
    password     => 'berta-secret',
    display_name => 'Berta',
    given_name   => 'Berta',
    sur_name     => 'Berg',
    primaryEmail => 'berta@acme.example',
    email1       => 'berta@acme.example',
);
my $berta = answer($users->createByModuleAccessName($ctx, \%berta, 'pim', $auth))->result;
say_step('create-second-user', id_and_name($berta));
my $second_user = { id => $berta->{id} };
say_step('list-users', ids($users->list($ctx, '*', $auth), 'list'));
my $several = $users->getMultipleData($ctx, $second_user, $auth, again(users => $user));
say_step('get-multiple', [ map { id_and_name($_) } returned($several, 'getMultipleData') ]);
say_step('user-exists', boolean(answer($users->exists($ctx, { name => 'anna' }, $auth))->result));
say_step('nobody-exists', boolean(answer($users->exists($ctx, { name => 'nobody' }, $auth))->result));
my $access = answer($users->getModuleAccess($ctx, $second_user, $auth))->result;
my @modules = qw(webmail calendar tasks globalAddressBookDisabled infostore deniedPortal);
say_step('get-module-access', { map { $_ => boolean($access->{$_}) } @modules });
my $combination = $users->getAccessCombinationName($ctx, $second_user, $auth);
say_step('get-access-combination-name', answer($combination)->result);

# Refusals.
say_fault('duplicate-user', $users->create($ctx, { %berta, name => 'anna', display_name => 'Another' }, $auth));
say_fault('unknown-user', $users->getData($ctx, { id => 4711 }, $auth));
say_fault('wrong-password', $users->listAll($ctx, { login => 'reseller1', password => 'wrong' }));
say_fault('delete-while-unified', $users->delete($ctx, $user, $auth, 0));

# A group.
my $groups = service('OXResellerGroupService');
my $sales = answer($groups->create($ctx, { name => 'sales', displayname => 'Vertrieb Ærø & 漢字' }, $auth))->result;
say_step('create-group', id_and_name($sales));
my $group = { id => $sales->{id} };
say_void('add-members', $groups->addMember($ctx, $group, $user, $auth, again(members => $second_user)));
say_step('get-members', ids($groups->getMembers($ctx, $group, $auth), 'getMembers'));
say_step('get-group', group_summary(answer($groups->getData($ctx, $group, $auth))->result));
say_step('list-groups', ids($groups->list($ctx, 'sales', $auth), 'list'));
say_step('groups-of-user', ids($groups->listGroupsForUser($ctx, $user, $auth), 'listGroupsForUser'));
say_void('remove-member', $groups->removeMember($ctx, $group, $second_user, $auth));
my $whole_group = answer($groups->getData($ctx, $group, $auth))->result;
say_void('change-whole-group', $groups->change($ctx, $whole_group, $auth));
say_step('get-whole-group', group_summary(answer($groups->getData($ctx, $group, $auth))->result));
say_fault('unknown-group', $groups->getData($ctx, { id => 4711 }, $auth));
say_void('delete-group', $groups->delete($ctx, $group, $auth));
say_step('groups-left', ids($groups->list($ctx, 'sales', $auth), 'list'));

# Object quotas, by the service that can set them.
my $plain = service('OXContextService');
say_void('change-object-quotas', $plain->changeQuota($ctx, 'calendar,task', '300', $master));
say_step('list-object-quotas', object_quotas($plain->listQuota($ctx, $master)));
say_void('drop-object-quota', $plain->changeQuota($ctx, 'task', '-1', $master));
say_step('list-object-quotas-left', object_quotas($plain->listQuota($ctx, $master)));
say_fault('unknown-module', $plain->changeQuota($ctx, 'nonsense', '1', $master));
say_step('list-object-quotas-as-reseller-service', object_quotas($contexts->listQuota($ctx, $master)));

# Unified off, one attribute removed by nil; then what was read goes back.
say_void('switch-unified-off', $users->change(
    $ctx, members(again(id => $anna_id), config(UNIFIED, 'false', 'com.example.flag', undef)), $auth));
my $whole_user = answer($users->getData($ctx, $user, $auth))->result;
say_step('get-switched-off', summary($whole_user));
say_step('rest-quota-off', rest_quota($context_id, $anna_id));
my @scalars = grep { !ref $whole_user->{$_} && $_ ne 'aliases' } sort keys %$whole_user;
say_void('change-whole-user', $users->change($ctx, members(
    (map { again($_ => $whole_user->{$_}) } @scalars),
    (map { text(aliases => $_) } list_of($whole_user->{aliases})),
    config(UNIFIED, 'false'),
), $auth));
say_step('get-whole-user', summary(answer($users->getData($ctx, $user, $auth))->result));

# The end.
say_void('delete-user', $users->delete($ctx, $user, $auth, 0));
say_fault('get-deleted', $users->getData($ctx, $user, $auth));
say_void('delete-context', $contexts->delete($ctx, $auth));
say_step('context-gone', boolean(answer($contexts->exists($ctx, $auth))->result));
say_void('delete-reseller', $resellers->delete({ name => 'reseller1' }, $master));
say_step('resellers-left', [ map { $_->{name} } returned($resellers->list('reseller1', $master), 'list') ]);
