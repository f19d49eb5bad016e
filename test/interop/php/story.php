<?php
// Walks the story of test/support/interop/interop-story.ts with PHP's SoapClient and the served WSDLs.
//
// Usage: php story.php URL MASTER_LOGIN MASTER_PASSWORD

declare(strict_types=1);

require __DIR__ . '/common.php';

// The master admin makes a reseller.
$resellers = connect('OXResellerService');
$master = ['login' => $masterLogin, 'password' => $masterPassword];
$reseller = $resellers->create([
    'adm' => ['name' => 'reseller1', 'displayname' => 'Reseller One', 'password' => 'reseller-secret'],
    'creds' => $master,
])->return;
say('create-reseller', pick($reseller, 'id', 'name'));

// The reseller makes a context.
$contexts = connect('OXResellerContextService');
$auth = ['login' => 'reseller1', 'password' => 'reseller-secret'];
$context = $contexts->create([
    'ctx' => ['name' => 'reseller1_acme', 'maxQuota' => 1000],
    'admin_user' => [
        'name' => 'oxadmin',
        'password' => 'admin-secret',
        'display_name' => 'Context Admin',
        'sur_name' => 'Admin',
        'given_name' => 'Context',
        'primaryEmail' => 'oxadmin@acme.example',
        'email1' => 'oxadmin@acme.example',
    ],
    'auth' => $auth,
])->return;
say('create-context', pick($context, 'id', 'name'));
$contextId = $context->id;
$ctx = ['id' => $contextId];
$onContext = ['ctx' => $ctx, 'auth' => $auth];
$found = $contexts->list(['search_pattern' => 'reseller1_acme', 'auth' => $auth])->return;
say('list-contexts', array_column($found, 'id'));
$wholeContext = $contexts->getData($onContext)->return;
say('get-context', pick($wholeContext, 'id', 'name', 'maxQuota', 'enabled'));
say('change-whole-context', $contexts->change(['ctx' => $wholeContext, 'auth' => $auth]));
say('get-whole-context', pick($contexts->getData($onContext)->return, 'id', 'name', 'maxQuota', 'enabled'));
say('context-exists', $contexts->exists($onContext)->return);

// A user with one quota over mail and files.
$users = connect('OXResellerUserService');
$oxaas = connect('OXaaSService');
$anna = $users->create([
    'ctx' => $ctx,
    'usrdata' => [
        'name' => 'anna',
        'password' => 'anna-secret',
        'display_name' => 'Jürgen Ærø 漢字 & <b>',
        'given_name' => 'Jürgen',
        'sur_name' => 'Ærø 漢字 & <b>',
        'primaryEmail' => 'anna@acme.example',
        'email1' => 'anna@acme.example',
        'aliases' => ['a.berg@acme.example'],
        'language' => 'de_DE',
        'timezone' => 'Europe/Berlin',
        'maxQuota' => 1024,
        'userAttributes' => config([UNIFIED => 'true', 'com.example.flag' => 'yes']),
    ],
    'auth' => $auth,
])->return;
say('create-user', pick($anna, 'id', 'name', 'password'));
$onAnna = ['ctx' => $ctx, 'user' => ['id' => $anna->id], 'auth' => $auth];
$onMailbox = ['ctxid' => $contextId, 'usrid' => $anna->id, 'creds' => $auth];
say('set-mail-quota', $oxaas->setMailQuota($onMailbox + ['quota' => 1024]));
say('get-user', summary($users->getData($onAnna)->return));
say('get-mail-quota', $oxaas->getMailQuota($onMailbox)->return);
say('get-quota-usage', $oxaas->getQuotaUsagePerUser($onMailbox)->return->storage);
say('rest-quota', restQuota($contextId, $anna->id));

// A second user by the name of a module access combination, and the ways to read users.
$bertaData = [
    'name' => 'berta',
    'password' => 'berta-secret',
    'display_name' => 'Berta',
    'given_name' => 'Berta',
    'sur_name' => 'Berg',
    'primaryEmail' => 'berta@acme.example',
    'email1' => 'berta@acme.example',
];
$berta = $users->createByModuleAccessName([
    'ctx' => $ctx,
    'usrdata' => $bertaData,
    'access_combination_name' => 'pim',
    'auth' => $auth,
])->return;
say('create-second-user', pick($berta, 'id', 'name'));
say('list-users', array_column($users->list(['search_pattern' => '*'] + $onContext)->return, 'id'));
$several = $users->getMultipleData(['users' => [['id' => $berta->id], ['id' => $anna->id]]] + $onContext)->return;
say('get-multiple', array_map(fn($user) => pick($user, 'id', 'name'), $several));
say('user-exists', $users->exists(['user' => ['name' => 'anna']] + $onContext)->return);
say('nobody-exists', $users->exists(['user' => ['name' => 'nobody']] + $onContext)->return);
$onBerta = ['user' => ['id' => $berta->id]] + $onContext;
$modules = ['webmail', 'calendar', 'tasks', 'globalAddressBookDisabled', 'infostore', 'deniedPortal'];
say('get-module-access', pick($users->getModuleAccess($onBerta)->return, ...$modules));
say('get-access-combination-name', $users->getAccessCombinationName($onBerta)->return);

// Refusals.
$again = ['name' => 'anna', 'display_name' => 'Another'] + $bertaData;
sayFault('duplicate-user', fn() => $users->create(['usrdata' => $again] + $onContext));
sayFault('unknown-user', fn() => $users->getData(['user' => ['id' => 4711]] + $onContext));
$wrong = ['login' => 'reseller1', 'password' => 'wrong'];
sayFault('wrong-password', fn() => $users->listAll(['auth' => $wrong] + $onContext));
sayFault('delete-while-unified', fn() => $users->delete($onAnna + ['reassign' => 0]));

// A group, by its own service; object quotas, by the one that can set them.
walkGroups(connect('OXResellerGroupService'), $onContext, $anna->id, $berta->id);
walkObjectQuotas(connect('OXContextService'), ['ctx' => $ctx, 'auth' => $master]);
$quotas = $contexts->listQuota(['ctx' => $ctx, 'auth' => $master]);
say('list-object-quotas-as-reseller-service', objectQuotas((object) ['return' => $quotas->item ?? []]));

// Unified off, one attribute removed by nil; then the whole object goes back as it came.
$off = ['id' => $anna->id, 'userAttributes' => config([UNIFIED => 'false', 'com.example.flag' => null])];
say('switch-unified-off', $users->change(['usrdata' => $off] + $onContext));
$wholeUser = $users->getData($onAnna)->return;
say('get-switched-off', summary($wholeUser));
say('rest-quota-off', restQuota($contextId, $anna->id));
say('change-whole-user', $users->change(['usrdata' => $wholeUser] + $onContext));
say('get-whole-user', summary($users->getData($onAnna)->return));

// The end.
say('delete-user', $users->delete($onAnna + ['reassign' => 0]));
sayFault('get-deleted', fn() => $users->getData($onAnna));
say('delete-context', $contexts->delete($onContext));
say('context-gone', $contexts->exists($onContext)->return);
say('delete-reseller', $resellers->delete(['adm' => ['name' => 'reseller1'], 'creds' => $master]));
$left = $resellers->list(['search_pattern' => 'reseller1', 'creds' => $master]);
say('resellers-left', array_column($left->return ?? [], 'name'));
