<?php
// What the programs of this folder share: they walk test/support/interop/interop-story.ts with PHP's SoapClient.

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

/** Walks the steps of a group with OXResellerGroupService or OXGroupService. */
function walkGroups(SoapClient $groups, array $onContext, int $firstId, int $secondId): void
{
    $names = ['id', 'name', 'displayname', 'members'];
    $sales = ['name' => 'sales', 'displayname' => 'Vertrieb Ærø & 漢字'];
    $created = $groups->create(['grp' => $sales] + $onContext)->return;
    say('create-group', pick($created, 'id', 'name'));
    $onGroup = ['grp' => ['id' => $created->id]] + $onContext;
    $both = [['id' => $firstId], ['id' => $secondId]];
    say('add-members', $groups->addMember(['members' => $both] + $onGroup));
    say('get-members', array_column($groups->getMembers($onGroup)->return, 'id'));
    say('get-group', pick($groups->getData($onGroup)->return, ...$names));
    say('list-groups', array_column($groups->list(['pattern' => 'sales'] + $onContext)->return, 'id'));
    $ofUser = $groups->listGroupsForUser(['usr' => ['id' => $firstId]] + $onContext)->return;
    say('groups-of-user', array_column($ofUser, 'id'));
    say('remove-member', $groups->removeMember(['members' => [['id' => $secondId]]] + $onGroup));
    $whole = $groups->getData($onGroup)->return;
    say('change-whole-group', $groups->change(['grp' => $whole] + $onContext));
    say('get-whole-group', pick($groups->getData($onGroup)->return, ...$names));
    sayFault('unknown-group', fn() => $groups->getData(['grp' => ['id' => 4711]] + $onContext));
    say('delete-group', $groups->delete($onGroup));
    $left = $groups->list(['pattern' => 'sales'] + $onContext);
    say('groups-left', array_column($left->return ?? [], 'id'));
}

function objectQuotas(object $found): array
{
    return array_map(fn($quota) => pick($quota, 'module', 'limit'), $found->return ?? []);
}

/** Walks the steps of object quotas with OXContextService, as the master admin. */
function walkObjectQuotas(SoapClient $contexts, array $onContext): void
{
    $change = fn($module, $value) => $contexts->changeQuota(['module' => $module, 'quotaValue' => $value] + $onContext);
    say('change-object-quotas', $change('calendar,task', '300'));
    say('list-object-quotas', objectQuotas($contexts->listQuota($onContext)));
    say('drop-object-quota', $change('task', '-1'));
    say('list-object-quotas-left', objectQuotas($contexts->listQuota($onContext)));
    sayFault('unknown-module', fn() => $change('nonsense', '1'));
}
