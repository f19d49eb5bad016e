# What the programs of this folder share: they walk test/support/interop/interop-story.ts with SOAP::Lite.
package Story;

use strict;
use warnings;
use utf8;
use Exporter 'import';
use JSON::PP;
use LWP::UserAgent;
use SOAP::Lite;

our @EXPORT = qw(
    UNIFIED $url $master_login $master_password say_step answer say_fault say_void text texts struct config list_of number boolean
    id_and_name summary context_summary group_summary object_quotas rest_quota
);

use constant UNIFIED => 'com.openexchange.unifiedquota.enabled';

our ($url, $master_login, $master_password) = @ARGV;
my $json = JSON::PP->new->utf8->canonical;
$| = 1;

sub say_step {
    my ($step, $value) = @_;
    print $json->encode({ step => $step, value => $value }), "\n";
}

# The answer to a call; dies of a fault.
sub answer {
    my ($som) = @_;
    die sprintf("fault: %s %s\n", $som->faultcode, $som->faultstring) if $som->fault;
    return $som;
}

sub say_fault {
    my ($step, $som) = @_;
    die "$step: no fault came\n" unless $som->fault;
    my ($name) = keys %{ $som->faultdetail };
    say_step($step, { fault => $name, text => $som->faultstring });
}

# A void call answers an empty Body: no fault, no result.
sub say_void {
    my ($step, $som) = @_;
    say_step($step, answer($som)->result);
}

# Named parameters. Strings are typed: SOAP::Lite would send letters outside ASCII as base64 otherwise.
sub text { my ($name, $value) = @_; return SOAP::Data->name($name)->type(string => $value) }

sub texts { my %of = @_; return map { text($_, $of{$_}) } sort keys %of }

sub struct { my ($name, @members) = @_; return SOAP::Data->name($name => \SOAP::Data->value(@members)) }

sub config {
    my (@pairs) = @_;
    my @entries;
    while (my ($key, $value) = splice @pairs, 0, 2) {
        my $member = defined $value ? text(value => $value) : SOAP::Data->name('value')->value(undef);
        push @entries, struct('entries', text(key => $key), $member);
    }
    return struct('userAttributes', struct('entries', text(key => 'config'), struct('value', @entries)));
}

sub list_of { my ($value) = @_; return ref $value eq 'ARRAY' ? @$value : defined $value ? ($value) : () }

sub number { my ($value) = @_; return defined $value ? 0 + $value : undef }

sub boolean { my ($value) = @_; return $value eq 'true' ? JSON::PP::true : $value eq 'false' ? JSON::PP::false : $value }

sub id_and_name { my ($found) = @_; return { id => number($found->{id}), name => $found->{name} } }

sub summary {
    my ($user) = @_;
    my %config = map { $_->{key} => $_->{value} } list_of($user->{userAttributes}{entries}{value}{entries});
    my %plain = map { $_ => $user->{$_} }
        qw(name display_name given_name sur_name primaryEmail email1 language timezone password);
    my %numbers = map { $_ => number($user->{$_}) } qw(id maxQuota usedQuota filestoreId);
    return {
        %plain, %numbers,
        mailenabled => boolean($user->{mailenabled}),
        aliases     => [ list_of($user->{aliases}) ],
        config      => \%config,
    };
}

sub context_summary {
    my ($context) = @_;
    return { %{ id_and_name($context) }, maxQuota => number($context->{maxQuota}), enabled => boolean($context->{enabled}) };
}

sub group_summary {
    my ($group) = @_;
    my @members = map { number($_) } list_of($group->{members});
    return { %{ id_and_name($group) }, displayname => $group->{displayname}, members => \@members };
}

# What listQuota answered.
sub object_quotas {
    my ($som) = @_;
    my $answer = answer($som);
    my @found = ($answer->valueof('//listQuotaResponse/return'), $answer->valueof('//Body/return/item'));
    return [ map { { module => $_->{module}, limit => number($_->{limit}) } } @found ];
}

sub rest_quota {
    my ($context_id, $user_id) = @_;
    my $request = HTTP::Request->new(GET => "$url/quota/v1/contexts/$context_id/users/$user_id");
    $request->authorization_basic('reseller1', 'reseller-secret');
    my $response = LWP::UserAgent->new(timeout => 10)->request($request);
    die 'quota: ' . $response->status_line . "\n" unless $response->is_success;
    return $json->decode($response->content);
}

1;
