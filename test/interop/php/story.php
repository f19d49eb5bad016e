<?php
// Walks the story of test/support/interop-story.ts with PHP's SoapClient and the served WSDLs.
//
// Usage: php story.php URL MASTER_LOGIN MASTER_PASSWORD

declare(strict_types=1);

const UNIFIED = 'com.openexchange.unifiedquota.enabled';

[, $url, $masterLogin, $masterPassword] = $argv;

function connect(string $service): SoapClient
{
    global $url;
    return new SoapClient("$url/webservices/$service?wsdl", [
        'cache_wsdl' => WSDL_CACHE_NONE,
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    ]);
}

function say(string $step, mixed $value): void
{
    $line = ['step' => $step, 'value' => $value];
    echo json_encode($line, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR), "\n";
}

function sayFault(string $step, callable $call): void
{
    try {
        $call();
    } catch (SoapFault $fault) {
        $names = array_keys(get_object_vars($fault->detail ?? new stdClass()));
        say($step, ['fault' => implode(',', $names), 'text' => $fault->faultstring]);
        return;
    }
    fwrite(STDERR, "$step: no fault came\n");
    exit(1);
}

/** @return array<string, mixed> the named members of an object */
function pick(object $from, string ...$names): array
{
    $picked = [];
    foreach ($names as $name) {
        $picked[$name] = $from->$name ?? null;
    }
    return $picked;
}

function summary(object $user): array
{
    $config = [];
    foreach ($user->userAttributes->entries as $namespace) {
        foreach ($namespace->value->entries as $entry) {
            $config[$entry->key] = $entry->value;
        }
    }
    return pick(
        $user,
        ...explode(' ', 'id name display_name given_name sur_name primaryEmail email1 language timezone'),
        ...explode(' ', 'mailenabled maxQuota usedQuota filestoreId aliases password'),
    ) + ['config' => $config];
}

function config(array $entries): array
{
    $pairs = [];
    foreach ($entries as $key => $value) {
        $pairs[] = ['key' => $key, 'value' => $value];
    }
    return ['entries' => [['key' => 'config', 'value' => ['entries' => $pairs]]]];
}

function restQuota(int $contextId, int $userId): mixed
{
    global $url;
    $header = 'Authorization: Basic ' . base64_encode('reseller1:reseller-secret');
    $context = stream_context_create(['http' => ['header' => $header, 'timeout' => 10]]);
    $body = file_get_contents("$url/quota/v1/contexts/$contextId/users/$userId", false, $context);
    return json_decode($body, false, 512, JSON_THROW_ON_ERROR);
}

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
