#include "stored_user.h"
#include <fstream>
#include <iterator>
#include <map>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

namespace {

struct TextColumn {
  const char *name;
  std::string UserRow::*member;
};
struct NumberColumn {
  const char *name;
  long long UserRow::*member;
};
const TextColumn textColumns[] = {
    {"login", &UserRow::login}, {"password_mech", &UserRow::password_mech}, {"display_name", &UserRow::display_name},
    {"given_name", &UserRow::given_name}, {"sur_name", &UserRow::sur_name}, {"primary_email", &UserRow::primary_email},
    {"email1", &UserRow::email1}, {"default_sender_address", &UserRow::default_sender_address},
    {"language", &UserRow::language}, {"timezone", &UserRow::timezone}, {"imap_schema", &UserRow::imap_schema},
    {"imap_host", &UserRow::imap_host}, {"smtp_schema", &UserRow::smtp_schema}, {"smtp_host", &UserRow::smtp_host}};
const NumberColumn numberColumns[] = {
    {"id", &UserRow::id}, {"is_context_admin", &UserRow::is_context_admin},
    {"password_expired", &UserRow::password_expired}, {"enabled", &UserRow::enabled},
    {"max_quota_mb", &UserRow::max_quota_mb}, {"filestore_id", &UserRow::filestore_id},
    {"imap_port", &UserRow::imap_port}, {"smtp_port", &UserRow::smtp_port}};

struct TextMember {
  const char *name;
  std::string *dat__User::*member;
};
const TextMember textMembers[] = {
#define TEXT(name, member) {name, &dat__User::member},
#include "text_members.inc"
#undef TEXT
};

// The members that have columns of their own, or are never stored.
const std::unordered_set<std::string> columnMembers = {"display_name", "email1",       "given_name",   "language",
                                                       "name",         "password",     "passwordMech", "primaryEmail",
                                                       "sur_name",     "timezone"};

std::vector<TextMember> profileMembers() {
  std::vector<TextMember> members;
  for (const auto &member : textMembers)
    if (!columnMembers.count(member.name)) members.push_back(member);
  return members;
}

const std::unordered_map<std::string, std::string *dat__User::*> &membersByName() {
  static const auto *byName = [] {
    auto *map = new std::unordered_map<std::string, std::string *dat__User::*>;
    for (const auto &member : textMembers) map->emplace(member.name, member.member);
    return map;
  }();
  return *byName;
}

rapidjson::Document sampleDocument;
StoredUser sample;

std::string written(const rapidjson::Value &value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string textOf(const std::string *text) { return text ? *text : std::string(); }

std::string *newText(struct soap *soap, const std::string &text) {
  auto *made = soap_new_std__string(soap);
  *made = text;
  return made;
}

template <typename T>
T *newValue(struct soap *soap, T value) {
  auto *made = static_cast<T *>(soap_malloc(soap, sizeof(T)));
  *made = value;
  return made;
}

void showProfile(struct soap *soap, const std::string &json, dat__User *user) {
  rapidjson::Document profile;
  profile.Parse(json.data(), json.size());
  if (!profile.IsObject()) throw std::runtime_error("the profile is no JSON object");
  for (const auto &entry : profile.GetObject()) {
    const std::string name(entry.name.GetString(), entry.name.GetStringLength());
    if (entry.value.IsString()) {
      const auto found = membersByName().find(name);
      if (found != membersByName().end())
        user->*found->second = newText(soap, {entry.value.GetString(), entry.value.GetStringLength()});
    } else if (name == "folderTree") {
      user->folderTree = newValue(soap, entry.value.GetInt());
    } else if (name == "gui_spam_filter_enabled") {
      user->gui_USCOREspam_USCOREfilter_USCOREenabled = newValue(soap, entry.value.GetBool());
    }
  }
}

dat__SOAPStringMapMap *shownAttributes(struct soap *soap, const std::vector<Attribute> &attributes) {
  auto *shown = soap_new_dat__SOAPStringMapMap(soap);
  std::map<std::string, dat__SOAPStringMap *> namespaces;
  for (const auto &attribute : attributes) {
    auto *&entries = namespaces[attribute.name_space];
    if (!entries) {
      entries = soap_new_dat__SOAPStringMap(soap);
      auto *outer = soap_new_dat__SOAPMapEntry(soap);
      outer->key = newText(soap, attribute.name_space);
      outer->value = entries;
      shown->entries.push_back(outer);
    }
    auto *entry = soap_new_dat__Entry(soap);
    entry->key = newText(soap, attribute.name);
    entry->value = newText(soap, attribute.value);
    entries->entries.push_back(entry);
  }
  return shown;
}

}  // namespace

bool setColumn(UserRow &row, const std::string &name, const char *text, size_t length) {
  for (const auto &column : textColumns)
    if (name == column.name) return row.*column.member = std::string(text, length), true;
  for (const auto &column : numberColumns)
    if (name == column.name) return row.*column.member = std::stoll(std::string(text, length)), true;
  if (name == "file_bytes") return row.file_bytes = std::stoll(std::string(text, length)), true;
  return false;
}

void readSample(const std::string &file) {
  std::ifstream stream(file);
  const std::string json{std::istreambuf_iterator<char>(stream), {}};
  auto &document = sampleDocument;
  if (document.Parse(json.data(), json.size()).HasParseError()) throw std::runtime_error("cannot read " + file);
  for (const auto &entry : document["row"].GetObject()) {
    const std::string text = entry.value.IsString() ? entry.value.GetString() : written(entry.value);
    if (!setColumn(sample.row, entry.name.GetString(), text.data(), text.size()))
      throw std::runtime_error(file + ": no such column");
  }
  for (const auto &alias : document["aliases"].GetArray()) sample.aliases.emplace_back(alias.GetString());
  for (const auto &each : document["attributes"].GetArray())
    sample.attributes.push_back(
        {each["namespace"].GetString(), each["name"].GetString(), each["value"].GetString()});
  rapidjson::Document profile;
  profile.CopyFrom(document["profileDefaults"], profile.GetAllocator());
  for (const auto &entry : document["profile"].GetObject())
    profile.AddMember(rapidjson::Value(entry.name, profile.GetAllocator()),
                      rapidjson::Value(entry.value, profile.GetAllocator()), profile.GetAllocator());
  sample.profile = written(profile);
}

const StoredUser &fixedUser() { return sample; }

StoredUser requestedUser(const dat__User &requested) {
  static const auto members = profileMembers();
  StoredUser user;
  UserRow &row = user.row = sample.row;
  row.login = textOf(requested.name);
  row.display_name = textOf(requested.display_USCOREname);
  row.given_name = textOf(requested.given_USCOREname);
  row.sur_name = textOf(requested.sur_USCOREname);
  row.primary_email = row.default_sender_address = textOf(requested.primaryEmail);
  row.email1 = textOf(requested.email1);
  row.language = textOf(requested.language);
  row.timezone = textOf(requested.timezone);
  if (requested.maxQuota) row.max_quota_mb = *requested.maxQuota;
  user.aliases = {row.primary_email};
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.StartObject();
  for (const auto &entry : sampleDocument["profileDefaults"].GetObject()) {
    writer.Key(entry.name.GetString(), entry.name.GetStringLength());
    entry.value.Accept(writer);
  }
  for (const auto &member : members) {
    const std::string *text = requested.*member.member;
    if (!text) continue;
    writer.Key(member.name);
    writer.String(text->data(), text->size());
  }
  writer.EndObject();
  user.profile = {buffer.GetString(), buffer.GetSize()};
  return user;
}

dat__User *shownUser(struct soap *soap, const StoredUser &stored) {
  const UserRow &row = stored.row;
  auto *user = soap_new_dat__User(soap);
  showProfile(soap, stored.profile, user);
  user->aliases = stored.aliases;
  user->contextadmin = newValue(soap, row.is_context_admin == 1);
  user->defaultSenderAddress = newText(soap, row.default_sender_address);
  user->display_USCOREname = newText(soap, row.display_name);
  user->email1 = newText(soap, row.email1);
  user->filestoreId = newValue(soap, static_cast<int>(row.filestore_id));
  user->given_USCOREname = newText(soap, row.given_name);
  user->id = newValue(soap, static_cast<int>(row.id));
  user->imapPort = newValue(soap, static_cast<int>(row.imap_port));
  user->imapSchema = newText(soap, row.imap_schema);
  user->imapServer = newText(soap, row.imap_host);
  user->imapServerString = newText(soap, row.imap_schema + row.imap_host + ":" + std::to_string(row.imap_port));
  user->language = newText(soap, row.language);
  user->mailenabled = newValue(soap, row.enabled == 1);
  user->maxQuota = newValue(soap, static_cast<LONG64>(row.max_quota_mb));
  user->name = newText(soap, row.login);
  user->passwordMech = newText(soap, row.password_mech);
  user->password_USCOREexpired = newValue(soap, row.password_expired == 1);
  user->primaryEmail = newText(soap, row.primary_email);
  user->smtpPort = newValue(soap, static_cast<int>(row.smtp_port));
  user->smtpSchema = newText(soap, row.smtp_schema);
  user->smtpServer = newText(soap, row.smtp_host);
  user->smtpServerString = newText(soap, row.smtp_schema + row.smtp_host + ":" + std::to_string(row.smtp_port));
  user->sur_USCOREname = newText(soap, row.sur_name);
  user->timezone = newText(soap, row.timezone);
  if (row.file_bytes) user->usedQuota = newValue(soap, static_cast<LONG64>(*row.file_bytes / 1048576));
  if (!stored.attributes.empty()) user->userAttributes = shownAttributes(soap, stored.attributes);
  return user;
}
