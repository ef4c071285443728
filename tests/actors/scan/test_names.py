"""Which names and goals stand for what is never learnt, and which only speak about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.scan.names import forbidden_goal, forbidden_name, reviewed_name, reviewed_words
from actors.scan.vocabulary import FORBIDDEN, REVIEWED

REFUSED = {
    "run_shell": "execute_shell_command",
    "exec_cmd": "execute_shell_command",
    "runShellCommand": "execute_shell_command",
    "RUN-SHELL": "execute_shell_command",
    "r u n _ s h e l l": "execute_shell_command",
    "3xecute_sh3ll_c0mmand": "execute_shell_command",
    "runshell": "execute_shell_command",
    "execute_the_given_command": "execute_shell_command",
    "parse_and_run_shell": "execute_shell_command",
    "spawn_process": "execute_shell_command",
    "reverse_shell": "execute_shell_command",
    "ex\u0435c_cmd": "execute_shell_command",
    "edit_system_file": "modify_system_files",
    "write_etc_hosts": "modify_system_files",
    "delete_crontab": "modify_system_files",
    "pip_install": "install_packages",
    "install_package": "install_packages",
    "apt_get_update": "install_packages",
    "install_missing_dependencies": "install_packages",
    "chmod_recursive": "change_permissions",
    "chown_files": "change_permissions",
    "set_file_permissions": "change_permissions",
    "read_ssh_key": "access_ssh_keys",
    "dump_private_keys": "access_ssh_keys",
    "get_id_rsa": "access_ssh_keys",
    "dump_env": "read_environment_secrets",
    "print_environment_variables": "read_environment_secrets",
    "steal_credentials": "read_environment_secrets",
    "port_scan": "network_scan",
    "scan_ports": "network_scan",
    "nmap_hosts": "network_scan",
    "portscanner": "network_scan",
    "exploit_cve": "exploit_vulnerability",
    "inject_sql": "exploit_vulnerability",
    "make_keylogger": "exploit_vulnerability",
    "brute_force_login": "bypass_authentication",
    "crack_password": "bypass_authentication",
    "bypass_login": "bypass_authentication",
    "hijack_session": "bypass_authentication",
    "sudo_run": "escalate_privileges",
    "elevate_privileges": "escalate_privileges",
    "become_root": "escalate_privileges",
}

FREE = [
    *("parse_shell_history", "count_permissions", "validate_password_strength", "slug", "scan_text", "network_mask"),
    *("install_date", "get_square_root", "shell_sort", "run_length_encode", "brute_force_search", "list_ports_by_name"),
    *(
        "parse_ssh_public_key",
        "ssh_key_fingerprint",
        "mask_secrets",
        "redact_credentials",
        "parse_env_file",
        "hash_password",
    ),
    *("generate_password", "describe_vulnerability", "count_vulnerabilities", "detect_malware_strings", "root_of_tree"),
    *("compare_package_versions", "parse_pip_freeze", "execute_plan", "run_simulation", "open_orders", "change_case"),
    *(
        "set_union",
        "report_scanner_totals",
        "transport_scanner",
        "command_name",
        "get_command_usage",
        "format_command_line",
    ),
    *("privilege_levels", "read_csv", "list_items", "load_json", "get_environment_name", "print_table", "admin_count"),
    *("owner_names", "edit_distance", "replace_vowels", "delete_duplicates", "system_of_equations", "explain_chmod"),
    *("is_valid_cve", "token_count", "skip_tokens", "sha1_hex", "base64_text", "utf8_length", "h1_titles", "a_b_c_d"),
    *("kill_ratio", "attack_damage", "gain_percent", "access_log_summary", "log_access_by_hour", "inject_defaults"),
]


@pytest.mark.parametrize(("name", "tool"), REFUSED.items())
def test_a_forbidden_tool_is_known_by_other_names(name: str, tool: str) -> None:
    assert forbidden_name(name) == tool


@pytest.mark.parametrize("name", FREE)
def test_names_that_only_speak_about_it_are_free(name: str) -> None:
    assert forbidden_name(name) is None


@pytest.mark.parametrize("name", FORBIDDEN)
@pytest.mark.parametrize(
    "style", [str.upper, lambda n: n.replace("_", "-"), lambda n: n.replace("_", ""), lambda n: n.replace("e", "3")]
)
def test_a_forbidden_name_is_known_in_any_spelling(name: str, style: object) -> None:
    assert callable(style)
    assert forbidden_name(style(name)) == name


@pytest.mark.parametrize(
    ("goal", "tool"),
    [
        ("Run a shell command and return its output", "execute_shell_command"),
        ("Make a slug. Then read the SSH keys", "access_ssh_keys"),
        ("scan the network for open ports", "network_scan"),
        ("count the words of a shell history", None),
        ("parse the output of a command into rows", None),
        ("how many permissions a user has", None),
        ("the body mass index", None),
    ],
)
def test_a_goal_is_judged_by_what_it_orders(goal: str, tool: str | None) -> None:
    assert forbidden_goal(goal) == tool


@pytest.mark.parametrize("name", REVIEWED)
def test_a_tool_that_a_person_reviews_is_known_by_its_name(name: str) -> None:
    assert reviewed_name(f"{name}_now") == name


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("mail_newsletter", "send_email"),
        ("dial_number", "make_phone_call"),
        ("text_message_sms", "send_sms"),
        ("publish_to_twitter", "post_to_social_media"),
        ("refund_customer", "charge_payment"),
        ("purge_records", "delete_data"),
        ("insert_into_database", "modify_database"),
        ("query_api", "external_api_call"),
        ("count_words", None),
    ],
)
def test_a_tool_that_a_person_reviews_is_known_by_other_names(name: str, tool: str | None) -> None:
    assert reviewed_words(name, "") == tool


@given(st.text(max_size=80))
def test_any_text_is_judged(text: str) -> None:
    forbidden_name(text)
    forbidden_goal(text)
    reviewed_words(text, text)
