#!/usr/bin/perl
# Walks the story of test/support/interop/interop-story.ts with SOAP::Lite and no WSDL, on the axis2 path, as the vendor's
# Perl samples do: named parameters without a namespace, and unnamed ones (c-gensymN) told by xsi:type and position.
#
# Usage: story.pl URL MASTER_LOGIN MASTER_PASSWORD

use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Story;

sub connect_to {
    my ($service, $namespace) = @_;
    return SOAP::Lite->ns($namespace)->proxy("$url/servlet/axis2/services/$service");
}

# An unnamed parameter of a named type: <c-gensymN xsi:type="x:Type">.
sub unnamed { my ($type, @members) = @_; return SOAP::Data->type("x:$type")->value(\SOAP::Data->value(@members))->attr({ 'xmlns:x' => 'urn:x' }) }

my $resellers = connect_to('OXResellerService', 'http://soap.reseller.admin.openexchange.com');
my $contexts  = connect_to('OXResellerContextService', 'http://soap.reseller.admin.openexchange.com');
my $users     = connect_to('OXResellerUserService', 'http://soap.reseller.admin.openexchange.com');
my $oxaas     = connect_to('OXaaSService', 'http://soap.oxaas.admin.openexchange.com/');

my @master_pair = texts(login => $master_login, password => $master_password);
my @reseller_pair = texts(login => 'reseller1', password => 'reseller-secret');
my $auth = struct('auth', @reseller_pair);
my $unnamed_auth = unnamed('Credentials', @reseller_pair);

# The master admin makes a reseller.
my $reseller = answer($resellers->create(
    struct('adm', texts(name => 'reseller1', displayname => 'Reseller One', password => 'reseller-secret')),
    struct('creds', @master_pair),
))->result;
say_step('create-reseller', id_and_name($reseller));

# The reseller makes a context, with unnamed parameters.
my $context = answer($contexts->create(
    unnamed('ResellerContext', SOAP::Data->name(maxQuota => 1000), text(name => 'reseller1_acme')),
    unnamed('User', texts(
        name         => 'oxadmin',
        password     => 'admin-secret',
        display_name => 'Context Admin',
        sur_name     => 'Admin',
        given_name   => 'Context',
        primaryEmail => 'oxadmin@acme.example',
        email1       => 'oxadmin@acme.example',
    )),
    $unnamed_auth,
))->result;
say_step('create-context', id_and_name($context));
my $context_id = $context->{id};
my $ctx = struct('ctx', SOAP::Data->name(id => $context_id));
my $unnamed_ctx = unnamed('ResellerContext', SOAP::Data->name(id => $context_id));
my $found = answer($contexts->list(SOAP::Data->type(string => 'reseller1_acme'), $unnamed_auth));
say_step('list-contexts', [ map { number($_->{id}) } $found->valueof('//listResponse/return') ]);
my $whole_context = answer($contexts->getData($ctx, $auth))->result;
say_step('get-context', context_summary($whole_context));
say_void('change-whole-context', $contexts->change(struct('ctx',
    SOAP::Data->name(id => $context_id), SOAP::Data->name(maxQuota => $whole_context->{maxQuota}),
    SOAP::Data->name(usedQuota => $whole_context->{usedQuota}), SOAP::Data->name(enabled => $whole_context->{enabled}),
    text(name => $whole_context->{name}), map { text(loginMappings => $_) } list_of($whole_context->{loginMappings}),
), $auth));
say_step('get-whole-context', context_summary(answer($contexts->getData($ctx, $auth))->result));
say_step('context-exists', boolean(answer($contexts->exists($unnamed_ctx, $unnamed_auth))->result));

# A user with one quota over mail and files; the mail quota with unnamed parameters, as the vendor's guide has it.
my $anna = answer($users->create(
    $ctx,
    struct('usrdata',
        texts(
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
        ),
        SOAP::Data->name(maxQuota => 1024),
        config(UNIFIED, 'true', 'com.example.flag', 'yes'),
    ),
    $auth,
))->result;
say_step('create-user', { %{ id_and_name($anna) }, password => $anna->{password} });
my $anna_id = $anna->{id};
my $user = struct('user', SOAP::Data->name(id => $anna_id));
my @mailbox = map { SOAP::Data->type(int => $_) } $context_id, $anna_id;
say_void('set-mail-quota', $oxaas->setMailQuota(@mailbox, SOAP::Data->type(int => 1024), $unnamed_auth));
say_step('get-user', summary(answer($users->getData($ctx, $user, $auth))->result));
my @named_mailbox = (SOAP::Data->name(ctxid => $context_id), SOAP::Data->name(usrid => $anna_id), struct('creds', @reseller_pair));
say_step('get-mail-quota', number(answer($oxaas->getMailQuota(@named_mailbox))->result));
say_step('get-quota-usage', number(answer($oxaas->getQuotaUsagePerUser(@mailbox, $unnamed_auth))->result->{storage}));
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
my $berta = answer($users->createByModuleAccessName(
    $unnamed_ctx, unnamed('User', texts(%berta)), SOAP::Data->type(string => 'pim'), $unnamed_auth,
))->result;
say_step('create-second-user', id_and_name($berta));
my $berta_id = $berta->{id};
my $listed = answer($users->list($ctx, text(search_pattern => '*'), $auth));
say_step('list-users', [ map { number($_->{id}) } $listed->valueof('//listResponse/return') ]);
my $several = answer($users->getMultipleData($ctx,
    struct('users', SOAP::Data->name(id => $berta_id)), struct('users', SOAP::Data->name(id => $anna_id)), $auth));
say_step('get-multiple', [ map { id_and_name($_) } $several->valueof('//getMultipleDataResponse/return') ]);
say_step('user-exists', boolean(answer($users->exists($ctx, struct('user', text(name => 'anna')), $auth))->result));
say_step('nobody-exists', boolean(answer($users->exists($ctx, struct('user', text(name => 'nobody')), $auth))->result));
my $second_user = struct('user', SOAP::Data->name(id => $berta_id));
my $access = answer($users->getModuleAccess($ctx, $second_user, $auth))->result;
my @modules = qw(webmail calendar tasks globalAddressBookDisabled infostore deniedPortal);
say_step('get-module-access', { map { $_ => boolean($access->{$_}) } @modules });
say_step('get-access-combination-name', answer($users->getAccessCombinationName($ctx, $second_user, $auth))->result);

# Refusals.
my $again = struct('usrdata', texts(%berta, name => 'anna', display_name => 'Another'));
say_fault('duplicate-user', $users->create($ctx, $again, $auth));
say_fault('unknown-user', $users->getData($unnamed_ctx, unnamed('User', SOAP::Data->name(id => 4711)), $unnamed_auth));
say_fault('wrong-password', $users->listAll($ctx, struct('auth', texts(login => 'reseller1', password => 'wrong'))));
say_fault('delete-while-unified', $users->delete($ctx, $user, $auth, SOAP::Data->name(reassign => 0)));

# A group; its members are named users first, an unnamed one later.
my $groups = connect_to('OXResellerGroupService', 'http://soap.reseller.admin.openexchange.com');
my $grp = answer($groups->create($ctx, struct('grp', texts(name => 'sales', displayname => 'Vertrieb Ærø & 漢字')), $auth))->result;
say_step('create-group', id_and_name($grp));
my $group = struct('grp', SOAP::Data->name(id => $grp->{id}));
my @both = map { struct('members', SOAP::Data->name(id => $_)) } $anna_id, $berta_id;
say_void('add-members', $groups->addMember($ctx, $group, @both, $auth));
my $members = answer($groups->getMembers($ctx, $group, $auth));
say_step('get-members', [ map { number($_->{id}) } $members->valueof('//getMembersResponse/return') ]);
say_step('get-group', group_summary(answer($groups->getData($ctx, $group, $auth))->result));
my $sales = answer($groups->list($ctx, text(pattern => 'sales'), $auth));
say_step('list-groups', [ map { number($_->{id}) } $sales->valueof('//listResponse/return') ]);
my $of_user = answer($groups->listGroupsForUser($unnamed_ctx, unnamed('User', SOAP::Data->name(id => $anna_id)), $unnamed_auth));
say_step('groups-of-user', [ map { number($_->{id}) } $of_user->valueof('//listGroupsForUserResponse/return') ]);
my $unnamed_group = unnamed('Group', SOAP::Data->name(id => $grp->{id}));
my $leaver = unnamed('User', SOAP::Data->name(id => $berta_id));
say_void('remove-member', $groups->removeMember($unnamed_ctx, $unnamed_group, $leaver, $unnamed_auth));
my $whole_group = answer($groups->getData($ctx, $group, $auth))->result;
say_void('change-whole-group', $groups->change($ctx, struct('grp',
    SOAP::Data->name(id => $whole_group->{id}), texts(map { $_ => $whole_group->{$_} } qw(name displayname)),
    map { SOAP::Data->name(members => $_) } list_of($whole_group->{members}),
), $auth));
say_step('get-whole-group', group_summary(answer($groups->getData($ctx, $group, $auth))->result));
say_fault('unknown-group', $groups->getData($ctx, struct('grp', SOAP::Data->name(id => 4711)), $auth));
say_void('delete-group', $groups->delete($ctx, $group, $auth));
my $groups_left = answer($groups->list($ctx, text(pattern => 'sales'), $auth));
say_step('groups-left', [ map { number($_->{id}) } $groups_left->valueof('//listResponse/return') ]);

# Object quotas, by the service that can set them.
my $plain = connect_to('OXContextService', 'http://soap.admin.openexchange.com');
my $master_auth = struct('auth', @master_pair);
my $unnamed_master = unnamed('Credentials', @master_pair);
my @calendar_and_task = map { SOAP::Data->type(string => $_) } 'calendar,task', '300';
say_void('change-object-quotas', $plain->changeQuota(
    unnamed('Context', SOAP::Data->name(id => $context_id)), @calendar_and_task, $unnamed_master));
say_step('list-object-quotas', object_quotas($plain->listQuota($ctx, $master_auth)));
my @no_task = (text(module => 'task'), text(quotaValue => '-1'));
say_void('drop-object-quota', $plain->changeQuota($ctx, @no_task, $master_auth));
say_step('list-object-quotas-left', object_quotas($plain->listQuota($ctx, $master_auth)));
my @nonsense = (text(module => 'nonsense'), text(quotaValue => '1'));
say_fault('unknown-module', $plain->changeQuota($ctx, @nonsense, $master_auth));
say_step('list-object-quotas-as-reseller-service', object_quotas($contexts->listQuota($ctx, $master_auth)));

# Unified off, one attribute removed by nil; then what was read goes back.
my $id = SOAP::Data->name(id => $anna_id);
say_void('switch-unified-off', $users->change(
    $ctx, struct('usrdata', $id, config(UNIFIED, 'false', 'com.example.flag', undef)), $auth));
my $whole_user = answer($users->getData($ctx, $user, $auth))->result;
say_step('get-switched-off', summary($whole_user));
say_step('rest-quota-off', rest_quota($context_id, $anna_id));
my @scalars = grep { !ref $whole_user->{$_} && $_ ne 'aliases' } sort keys %$whole_user;
say_void('change-whole-user', $users->change($ctx, struct('usrdata',
    (map { defined $whole_user->{$_} ? text($_, $whole_user->{$_}) : SOAP::Data->name($_)->value(undef) } @scalars),
    (map { text(aliases => $_) } list_of($whole_user->{aliases})),
    config(UNIFIED, 'false'),
), $auth));
say_step('get-whole-user', summary(answer($users->getData($ctx, $user, $auth))->result));

# The end.
say_void('delete-user', $users->delete($unnamed_ctx, unnamed('User', $id), $unnamed_auth, SOAP::Data->type(int => 0)));
say_fault('get-deleted', $users->getData($ctx, $user, $auth));
say_void('delete-context', $contexts->delete($ctx, $auth));
say_step('context-gone', boolean(answer($contexts->exists($ctx, $auth))->result));
say_void('delete-reseller', $resellers->delete(struct('adm', text(name => 'reseller1')), struct('creds', @master_pair)));
my $left = answer($resellers->list(text(search_pattern => 'reseller1'), struct('creds', @master_pair)));
say_step('resellers-left', [ map { $_->{name} } $left->valueof('//listResponse/return') ]);
