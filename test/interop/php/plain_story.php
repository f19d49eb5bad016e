<?php
// Walks the plain story of test/support/interop/interop-story.ts with PHP's SoapClient and the WSDLs of OXContextService,
// OXUserService and OXGroupService.
//
// Usage: php plain_story.php URL MASTER_LOGIN MASTER_PASSWORD

declare(strict_types=1);

require __DIR__ . '/common.php';

// The master admin makes a context.
$contexts = connect('OXContextService');
$master = ['login' => $masterLogin, 'password' => $masterPassword];
$context = $contexts->create([
    'ctx' => ['name' => 'acme', 'maxQuota' => 1000],
    'admin_user' => [
        'name' => 'oxadmin',
        'password' => 'admin-secret',
        'display_name' => 'Context Admin',
        'sur_name' => 'Admin',
        'given_name' => 'Context',
        'primaryEmail' => 'oxadmin@acme.example',
        'email1' => 'oxadmin@acme.example',
    ],
    'auth' => $master,
])->return;
say('create-context', pick($context, 'id', 'name'));
$asMaster = ['ctx' => ['id' => $context->id], 'auth' => $master];
$found = $contexts->list(['search_pattern' => 'acme', 'auth' => $master])->return;
say('list-contexts', array_column($found, 'id'));
$wholeContext = $contexts->getData($asMaster)->return;
say('get-context', pick($wholeContext, 'id', 'name', 'maxQuota', 'enabled'));
say('change-whole-context', $contexts->change(['ctx' => $wholeContext] + $asMaster));
say('get-whole-context', pick($contexts->getData($asMaster)->return, 'id', 'name', 'maxQuota', 'enabled'));
say('context-exists', $contexts->exists($asMaster)->return);
say('get-admin-id', $contexts->getAdminId($asMaster)->return);
walkObjectQuotas($contexts, $asMaster);

// The context's admin makes users.
$users = connect('OXUserService');
$onContext = ['ctx' => ['id' => $context->id], 'auth' => ['login' => 'oxadmin', 'password' => 'admin-secret']];
$annaData = [
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
];
$anna = $users->create(['usrdata' => $annaData] + $onContext)->return;
say('create-user', pick($anna, 'id', 'name', 'password'));
$onAnna = ['user' => ['id' => $anna->id]] + $onContext;
say('get-user', summary($users->getData($onAnna)->return));
$bertaData = [
    'name' => 'berta',
    'password' => 'berta-secret',
    'display_name' => 'Berta',
    'given_name' => 'Berta',
    'sur_name' => 'Berg',
    'primaryEmail' => 'berta@acme.example',
    'email1' => 'berta@acme.example',
];
$byName = ['usrdata' => $bertaData, 'access_combination_name' => 'pim'];
$berta = $users->createByModuleAccessName($byName + $onContext)->return;
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
$capabilities = ['capsToAdd' => 'example_one', 'capsToRemove' => 'example_two', 'capsToDrop' => null];
say('change-capabilities', $users->changeCapabilities($capabilities + $onAnna));
say('get-capabilities', $users->getUserCapabilities($onAnna)->return);

// Refusals.
$again = ['name' => 'anna', 'display_name' => 'Another'] + $bertaData;
sayFault('duplicate-user', fn() => $users->create(['usrdata' => $again] + $onContext));
sayFault('unknown-user', fn() => $users->getData(['user' => ['id' => 4711]] + $onContext));
$wrong = ['login' => 'oxadmin', 'password' => 'wrong'];
sayFault('wrong-password', fn() => $users->listAll(['auth' => $wrong] + $onContext));
sayFault('delete-while-unified', fn() => $users->delete($onAnna + ['reassign' => 0]));

walkGroups(connect('OXGroupService'), $onContext, $anna->id, $berta->id);

// Unified off, one attribute removed by nil; then the whole object goes back as it came.
$off = ['id' => $anna->id, 'userAttributes' => config([UNIFIED => 'false', 'com.example.flag' => null])];
say('switch-unified-off', $users->change(['usrdata' => $off] + $onContext));
$wholeUser = $users->getData($onAnna)->return;
say('get-switched-off', summary($wholeUser));
say('change-whole-user', $users->change(['usrdata' => $wholeUser] + $onContext));
say('get-whole-user', summary($users->getData($onAnna)->return));

// The end.
say('delete-user', $users->delete($onAnna + ['reassign' => 0]));
sayFault('get-deleted', fn() => $users->getData($onAnna));
say('delete-context', $contexts->delete($asMaster));
say('context-gone', $contexts->exists($asMaster)->return);
